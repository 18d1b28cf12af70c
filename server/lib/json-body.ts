import { isUtf8 } from 'node:buffer';
import { asBuffer } from './byte-string.ts';
import { parseScannedJson } from './exact-json.ts';
import { type JsonScan, JsonScanner } from './json-scanner.ts';
import type { JsonMember } from './scan-json.ts';
import { mayHaveLoneSurrogates } from './well-formed-json.ts';

/** A JSON text, and what was learned about it while it arrived. */
export interface JsonBody {
  /** UTF-8; may start with a byte order mark. */
  readonly bytes: Buffer;
  readonly scan: JsonScan;
}

const unlimited = {
  values: Number.POSITIVE_INFINITY,
  members: Number.POSITIVE_INFINITY,
  levels: Number.POSITIVE_INFINITY,
};

/** Scans a text that is known to be small enough. */
export function toJsonBody(text: Uint8Array | string): JsonBody {
  const bytes = typeof text === 'string' ? Buffer.from(text) : asBuffer(text);
  const scanner = new JsonScanner(unlimited);
  scanner.scan(bytes);
  return { bytes, scan: scanner.finish(bytes) };
}

/** The offset of the text in UTF-8 bytes: after a byte order mark, if there is one. */
function textOffset(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** `latin1` leaves the text undecoded, with one character per byte, which takes half the time and memory. */
export type TextEncoding = 'utf8' | 'latin1';

/** The body's text, without a byte order mark. */
export function textOf({ bytes }: Pick<JsonBody, 'bytes'>, encoding: TextEncoding = 'utf8'): string {
  return bytes.toString(encoding, textOffset(bytes));
}

/**
 * Parses a body. Numbers that JavaScript would write differently keep their spelling.
 *
 * @returns undefined if it is not valid JSON in UTF-8. (No JSON text parses to undefined.)
 */
export function parseJsonBody(body: JsonBody, encoding?: TextEncoding): unknown {
  if (!isUtf8(body.bytes)) return undefined;
  try {
    return parseScannedJson(textOf(body, encoding), body.scan);
  } catch {
    // The parser's own message quotes the body.
    return undefined;
  }
}

/**
 * The members of an object, so that some of them can be cut out.
 *
 * @param body valid JSON of an object
 * @param replacesLoneSurrogates true if the caller replaces lone surrogates, which vendors reject, before sending
 * @returns undefined if the text may not be equivalent to its parsed value: a duplicate member (parsers differ in which
 * one they use), an escaped member name, or possibly a lone surrogate
 */
export function distinctMembers(
  { bytes, scan }: JsonBody,
  replacesLoneSurrogates = false,
): readonly JsonMember[] | undefined {
  const mustSearch = scan.mayHaveEscapedSurrogates && !replacesLoneSurrogates;
  if (mustSearch && mayHaveLoneSurrogates(bytes.toString('latin1'))) return undefined;
  const names = new Set<string>();
  for (const { rawKey } of scan.members) {
    if (rawKey.includes('\\') || names.has(rawKey)) return undefined;
    names.add(rawKey);
  }
  return scan.members;
}
