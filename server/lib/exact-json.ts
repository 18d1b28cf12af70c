/*
 * JSON numbers as their writer spelled them. JavaScript rounds 1234567890123456789 and respells 0.1e-7, 1.0 and -0; what
 * only passes through the gateway must not be altered.
 */

/**
 * Finds any number that JavaScript might write in another way: with more than 15 digits, an exponent, a zero at the end
 * of its fraction, a fraction of 5 digits or more, or minus zero. It finds the like in texts, too, which costs time only.
 */
const riskyNumber = /\d(?:\d{15}|\d{11,14}\.|[eE][-+\d]|\.(?:\d*0(?!\d)|\d{5}))|-0(?![.\d])/;

/**
 * Parses JSON. A number that `JSON.stringify` would not write as it stands becomes a `JSON.rawJSON` value, which it does.
 *
 * @throws SyntaxError when the text is no JSON; RangeError when it is nested too deeply for the runtime's stack
 */
export function parseExactJson(text: string): unknown {
  return riskyNumber.test(text) ? JSON.parse(text, keepSpelling) : JSON.parse(text);
}

function keepSpelling(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;
}

/** The number that a number in its own spelling stands for, rounded; any other value as it is. */
export function toPlainNumber(value: unknown): unknown {
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : value;
}
