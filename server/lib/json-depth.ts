/** Whether a JSON value is nested at most `limit` levels deep. A scalar has depth 0. */
export function isNestedWithin(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (limit <= 0) return false;
  for (const member of Object.values(value)) {
    if (!isNestedWithin(member, limit - 1)) return false;
  }
  return true;
}
