// TypeScript's library lacks JSON with source text: `server/lib/raw-json.d.ts` describes it.

/** Parses JSON so that `JSON.stringify` writes its numbers as they were, digit for digit; undefined when it is none. */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value, { source }) =>
      typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value,
    );
  } catch {
    return undefined;
  }
}

/** Whether the value is a number that keeps its digits. */
export function isExactNumber(value: unknown): boolean {
  return JSON.isRawJSON(value);
}
