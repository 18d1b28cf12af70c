import { Buffer } from 'node:buffer';
import { parseExactJson } from './exact-json.ts';

/** `JSON.stringify` escapes lone surrogates. Also matches texts that contain such an escape sequence literally. */
const loneSurrogate = /\\ud[89a-f]/;

/** An escaped lone surrogate. Also matches texts that contain such an escape sequence literally. */
const escapedLoneSurrogate =
  /\\u[dD](?:[89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][\da-fA-F]{2}\\u[dD])[c-fC-F])/;

/** Whether a string in a JSON text may contain a lone surrogate. */
export function mayHaveLoneSurrogates(json: string): boolean {
  return escapedLoneSurrogate.test(json);
}

/** Encodes a value as JSON in UTF-8. Lone surrogates, which vendors reject, become U+FFFD. */
export function encodeWellFormedJson(value: unknown): Uint8Array {
  const text = JSON.stringify(value);
  return Buffer.from(loneSurrogate.test(text) ? JSON.stringify(value, toWellFormed) : text, 'utf8');
}

/** Replaces lone surrogates with U+FFFD. Returns the original value if it has none. */
export function toWellFormedJson(value: unknown): unknown {
  if (!loneSurrogate.test(JSON.stringify(value))) return value;
  return parseExactJson(Buffer.from(encodeWellFormedJson(value)).toString('utf8'));
}

function toWellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
