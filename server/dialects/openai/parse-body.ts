import { Failure } from '../../conversation/failure.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { type JsonBody, parseJsonBody, type TextEncoding } from '../../lib/json-body.ts';
import { isNestedWithin } from '../../lib/json-depth.ts';
import { invalidParameter } from './validation-failure.ts';

/**
 * Parses the body's JSON object. Numbers that JavaScript would write differently keep their spelling.
 *
 * @throws Failure `invalid-request`, reason `malformed-json`
 */
export function parseBody(body: JsonBody, encoding?: TextEncoding): JsonRecord {
  const json = parseJsonBody(body, encoding);
  if (isRecord(json)) return json;
  if (json !== undefined) {
    throw new Failure('invalid-request', 'Invalid body: expected a JSON object.', {
      reason: 'invalid-type',
      fault: 'request',
    });
  }
  throw new Failure(
    'invalid-request',
    'We could not parse the JSON body of your request. The request needs a JSON object in UTF-8.',
    { reason: 'malformed-json', fault: 'request' },
  );
}

/** Maximum nesting of values that pass through. Every serializer and parser on the way can handle it. */
const maxDepth = 256;

/** @throws Failure naming the member that is nested too deeply */
export function requireShallow(value: unknown, parameter: string): void {
  if (isNestedWithin(value, maxDepth)) return;
  const message = `Invalid '${parameter}': nested more than ${maxDepth} levels deep.`;
  throw invalidParameter(parameter, 'unsupported-value', message);
}
