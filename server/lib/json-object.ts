/** What `JSON.parse` makes of `{…}`. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for what `JSON.parse` makes of `{…}`: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when no array or object in a JSON value is nested deeper than `limit` levels; a scalar has none. */
export function isNestedWithin(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (limit <= 0) return false;
  if (Array.isArray(value)) return value.every((item) => isNestedWithin(item, limit - 1));
  for (const member of Object.values(value)) {
    if (!isNestedWithin(member, limit - 1)) return false;
  }
  return true;
}
