import type { JsonRecord } from './json.ts';

/** Removes members that are null or undefined. In most APIs, null means absent. @returns the same object if there are none */
export function withoutNulls(members: JsonRecord): JsonRecord {
  const isGiven = (value: unknown) => value !== null && value !== undefined;
  if (Object.values(members).every(isGiven)) return members;
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isGiven(value)));
}
