import { Buffer } from 'node:buffer';
import { parseExactJson } from './exact-json.ts';

/** `JSON.stringify` writes the half of a surrogate pair as an escape; it also matches texts about escapes. */
const loneSurrogate = /\\ud[89a-f]/;

/** An escaped half of a surrogate pair without its other half; it also matches texts about escapes. */
const halfPair = /\\u[dD](?:[89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][\da-fA-F]{2}\\u[dD])[c-fC-F])/;

/** True when a JSON text may have half of a surrogate pair in a string. */
export function mayHaveHalfPairs(json: string): boolean {
  return halfPair.test(json);
}

/** The JSON of a value in UTF-8. Halves of surrogate pairs, which vendors refuse, become U+FFFD. */
export function encodeWellFormedJson(value: unknown): Uint8Array {
  const text = JSON.stringify(value);
  return Buffer.from(loneSurrogate.test(text) ? JSON.stringify(value, toWellFormed) : text, 'utf8');
}

/** The value with U+FFFD in place of halves of surrogate pairs; the value itself when it has none. */
export function toWellFormedJson(value: unknown): unknown {
  if (!loneSurrogate.test(JSON.stringify(value))) return value;
  return parseExactJson(Buffer.from(encodeWellFormedJson(value)).toString('utf8'));
}

function toWellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
