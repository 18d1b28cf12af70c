import { parseText } from './escaped-names.ts';
import { parseExactJson, toPlainNumber } from './exact-json.ts';

/** A JSON object whose members have not been validated. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: not null, an array, or a `JSON.rawJSON` number. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** The value if it is an object, else an empty object. */
export function readRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** The value if it is an array, else an empty array. */
export function readArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A list, or the list of a single value that is in place of one. Null and undefined are an empty list. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The value if it is a string, possibly empty. */
export function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value if it is a non-empty string. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value if it is a finite number, in any notation, or a string that contains one. */
export function readNumber(given: unknown): number | undefined {
  const value = toPlainNumber(given);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The value if it is a non-negative finite number, truncated to an integer. */
export function readCount(value: unknown): number | undefined {
  const number = readNumber(value);
  return number === undefined || number < 0 ? undefined : Math.trunc(number);
}

/** The value if it is a boolean. */
export function readBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Parses JSON; undefined if it is invalid. (No JSON text parses to undefined.) */
export function parseJson(text: string): unknown {
  try {
    return parseText(text);
  } catch {
    return undefined;
  }
}

/** Like `parseJson`, but keeps the original notation of numbers, for data that is passed on. */
export function parseJsonExactly(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
