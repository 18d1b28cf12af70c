import { asBuffer } from './byte-string.ts';
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
