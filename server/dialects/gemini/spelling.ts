import { isRecord } from '../../lib/json.ts';

/**
 * Converts the names of an object's members to camel case, since Google accepts both camel case and snake case. The
 * values are unchanged.
 */
export function inCamelCase(value: unknown): unknown {
  if (!isRecord(value)) return value;
  let isCamel = true;
  for (const name in value) if (name.includes('_')) isCamel = false;
  if (isCamel) return value;
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    const camel = toCamelCase(name);
    if (name === camel || (members.get(camel) ?? undefined) === undefined) members.set(camel, member);
  }
  return Object.fromEntries(members);
}

function toCamelCase(name: string): string {
  return name.replaceAll(/(?<=[a-z\d])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
