import { hasEscapedName, parseEscapedNames } from './escaped-names.ts';
import { skipString } from './scan-json.ts';

/*
 * JSON numbers in their original notation. JavaScript rounds 1234567890123456789 and rewrites 0.1e-7, 1.0 and -0; but
 * data that only passes through the gateway must not change.
 */

/** A number that JavaScript would write in another way: `JSON.stringify` writes it as it was spelled. */
export type RawNumber = ReturnType<typeof JSON.rawJSON>;

/**
 * Parses JSON. A number that `JSON.stringify` would write differently becomes a `JSON.rawJSON` value, which it writes
 * unchanged.
 *
 * @throws SyntaxError for invalid JSON; RangeError if it is nested too deeply for the stack
 */
export function parseExactJson(text: string): unknown {
  return parseScannedJson(text, { mayHaveOddNumbers: hasOddNumber(text), hasEscapedNames: hasEscapedName(text) });
}

/** What `JSON.parse` cannot read exactly. Meaningful only if the text is valid. */
export interface JsonOddities {
  /** False if `JSON.stringify` would write each number as it is spelled. */
  readonly mayHaveOddNumbers: boolean;
  /** True if the name of a member contains an escape. */
  readonly hasEscapedNames: boolean;
}

/** Parses a JSON text like `parseExactJson`, after a scan. */
export function parseScannedJson(text: string, { mayHaveOddNumbers, hasEscapedNames }: JsonOddities): unknown {
  if (hasEscapedNames) return parseEscapedNames(text, keepSpelling);
  return mayHaveOddNumbers ? JSON.parse(text, keepSpelling) : JSON.parse(text);
}

function keepSpelling(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;
}

/**
 * Whether the JSON text contains a number that JavaScript would write differently. Parsing with a reviver takes many
 * times as long, so the text is scanned first. Strings, which are most of it, are skipped with native `indexOf`.
 */
function hasOddNumber(text: string): boolean {
  let start = 0;
  while (start < text.length) {
    const quote = text.indexOf('"', start);
    if (hasOddNumberBetween(text, start, quote === -1 ? text.length : quote)) return true;
    if (quote === -1) return false;
    start = skipString(text, quote);
    if (start === 0) return false;
  }
  return false;
}

/** Scans a part without strings. */
function hasOddNumberBetween(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    if (!isPartOfNumber(text.charCodeAt(index))) continue;
    const first = index;
    while (index < end && isPartOfNumber(text.charCodeAt(index))) index += 1;
    const number = text.slice(first, index);
    if (number.length > 1 && String(Number(number)) !== number) return true;
  }
  return false;
}

/**
 * Digits, signs, the decimal point, and the `e` of exponents. `true` and `false` also contain an `e`, but are not
 * mistaken for numbers.
 */
export function isPartOfNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x2b || code === 0x65 || code === 0x45
  );
}

/** JavaScript writes no number with more characters. */
const maxSpellingLength = 25;
/** Integers with this many digits are exact. */
const safeDigits = 15;

/** Whether JavaScript would write the number at these bytes in the same way. */
export function isSpelledAsWritten(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  if (end - first <= safeDigits && hasOnlyDigits(bytes, first, end)) {
    // `-0` and leading zeros would be written in another way.
    return bytes[first] !== 0x30 || end - start === 1;
  }
  if (end - start > maxSpellingLength) return false;
  const number = String.fromCharCode(...bytes.subarray(start, end));
  return String(Number(number)) === number;
}

function hasOnlyDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}

/** Converts a number in its original notation to a JavaScript number. Other values are returned unchanged. */
export function toPlainNumber(value: unknown): unknown {
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : value;
}
