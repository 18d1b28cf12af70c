/*
 * JSON numbers as their writer spelled them. JavaScript rounds 1234567890123456789 and respells 0.1e-7, 1.0 and -0; what
 * only passes through the gateway must not be altered.
 */

/** A number that JavaScript would write in another way: `JSON.stringify` writes it as it was spelled. */
export type RawNumber = ReturnType<typeof JSON.rawJSON>;

/**
 * Parses JSON. A number that `JSON.stringify` would not write as it stands becomes a `JSON.rawJSON` value, which it does.
 *
 * @throws SyntaxError when the text is no JSON; RangeError when it is nested too deeply for the runtime's stack
 */
export function parseExactJson(text: string): unknown {
  return hasOddNumber(text) ? JSON.parse(text, keepSpelling) : JSON.parse(text);
}

function keepSpelling(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;
}

/**
 * True when the JSON text has a number that JavaScript would write in another way. Parsing with a reviver takes many times
 * as long, so the text is looked through first; strings, which are most of it, are skipped by the runtime's own search.
 */
function hasOddNumber(text: string): boolean {
  let start = 0;
  while (start < text.length) {
    const quote = text.indexOf('"', start);
    if (hasOddNumberBetween(text, start, quote === -1 ? text.length : quote)) return true;
    if (quote === -1) return false;
    start = endOfString(text, quote);
  }
  return false;
}

/** Looks where no string is. */
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

/** Digits, signs, the point, and the `e` of exponents: the words of JSON have that letter, too, and are not taken for one. */
function isPartOfNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x2b || code === 0x65 || code === 0x45
  );
}

/** @returns the index behind the closing quote; the text's length when there is none */
function endOfString(text: string, openingQuote: number): number {
  let quote = openingQuote;
  do quote = text.indexOf('"', quote + 1);
  while (quote !== -1 && isEscaped(text, quote));
  return quote === -1 ? text.length : quote + 1;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text[first - 1] === '\\') first -= 1;
  return (index - first) % 2 === 1;
}

/** The number that a number in its own spelling stands for, rounded; any other value as it is. */
export function toPlainNumber(value: unknown): unknown {
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : value;
}
