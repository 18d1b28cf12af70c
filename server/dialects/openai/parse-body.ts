import { isUtf8 } from 'node:buffer';
import { Failure } from '../../conversation/failure.ts';
import { parseScannedJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import type { JsonBody } from '../../lib/json-body.ts';
import { isNestedWithin } from '../../lib/json-depth.ts';
import { invalidParameter } from './validation-failure.ts';

/**
 * Parses the body's JSON object. Numbers that JavaScript would write differently keep their spelling.
 *
 * @param text the body's text, either decoded or with one character per byte, which takes half the time and memory
 * @throws Failure `invalid-request`, reason `malformed-json`
 */
export function parseBody(body: JsonBody, text: string): JsonRecord {
  const json = parse(body, text);
  if (isRecord(json)) return json;
  throw new Failure('invalid-request', 'Invalid body: expected a JSON object.', {
    reason: 'invalid-type',
    fault: 'request',
  });
}

function parse({ bytes, scan }: JsonBody, text: string): unknown {
  if (isUtf8(bytes)) {
    try {
      return parseScannedJson(text, scan.mayHaveOddNumbers);
    } catch {
      // Reported below: the parser's own message quotes the body.
    }
  }
  throw new Failure(
    'invalid-request',
    'We could not parse the JSON body of your request. The request needs a JSON object in UTF-8.',
    { reason: 'malformed-json', fault: 'request' },
  );
}

/** The offset of the text, after a byte order mark if there is one. */
export function textOffset(body: Uint8Array): number {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
}

/** Maximum nesting of values that pass through. Every serializer and parser on the way can handle it. */
const maximumDepth = 256;

/** @throws Failure naming the member that is nested too deeply */
export function requireShallow(value: unknown, parameter: string): void {
  if (isNestedWithin(value, maximumDepth)) return;
  const message = `Invalid '${parameter}': nested more than ${maximumDepth} levels deep.`;
  throw invalidParameter(parameter, 'unsupported-value', message);
}
