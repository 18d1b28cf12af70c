import { isExactNumber } from './exact-json.ts';

/** A JSON object with unknown members. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an empty one. */
export function asRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** The value if it is an array, else an empty one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a string, else an empty one. */
export function asString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value if it is a number, else null. */
export function asNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** Parses JSON; undefined for invalid JSON. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export type JsonStyle = 'compact' | 'spaced' | 'ascii' | 'escaped-keys';

/**
 * Serialises JSON in the styles of different programs: `compact`; `spaced` with a space after colon and comma; `ascii`
 * with every other character escaped; `escaped-keys` with the first letter of each member name as a unicode escape.
 */
export function writeJson(value: unknown, style: JsonStyle): string {
  switch (style) {
    case 'compact':
      return JSON.stringify(value);
    case 'ascii':
      return escapeBeyondAscii(JSON.stringify(value));
    case 'spaced':
      return writeValue(value, ', ', ': ', (key) => JSON.stringify(key));
    case 'escaped-keys':
      return writeValue(value, ',', ':', (key) =>
        key === '' ? '""' : `"${escapeUnit(key)}${JSON.stringify(key.slice(1)).slice(1)}`,
      );
  }
}

function writeValue(value: unknown, comma: string, colon: string, writeKey: (key: string) => string): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => writeValue(item, comma, colon, writeKey)).join(comma)}]`;
  }
  if (!isRecord(value) || isExactNumber(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .map(([key, held]) => `${writeKey(key)}${colon}${writeValue(held, comma, colon, writeKey)}`);
  return `{${members.join(comma)}}`;
}

/** Escapes every UTF-16 unit beyond ASCII, as JSON allows inside strings. */
export function escapeBeyondAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
