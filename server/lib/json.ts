import { parseExactJson, toPlainNumber } from './exact-json.ts';

/** A JSON object whose members nobody has looked at. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** True for a JSON object: neither null, nor an array, nor a number in its own spelling. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** The value as an object; an empty one when it is none. */
export function readRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** The value as a list; an empty one when it is none. */
export function readArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a string, the empty one included. */
export function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value when it is a string with something in it. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value when it is a finite number, in its own spelling or not, or a string that spells one. */
export function readNumber(given: unknown): number | undefined {
  const value = toPlainNumber(given);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The value when it is a count: a finite number from 0, its fraction cut off. */
export function readCount(value: unknown): number | undefined {
  const number = readNumber(value);
  return number === undefined || number < 0 ? undefined : Math.trunc(number);
}

/** The value when it is a boolean. */
export function readBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** JSON text as a value; undefined when it is not JSON. (No JSON text stands for undefined.) */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same, with numbers in their own spelling where JavaScript has another: for what is passed on. */
export function parseJsonExactly(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
