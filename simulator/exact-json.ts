// TypeScript's library has no types for JSON.parse with source text; they are in `server/lib/raw-json.d.ts`.

/** Parses JSON so that `JSON.stringify` reproduces its numbers digit for digit; undefined for invalid JSON. */
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
