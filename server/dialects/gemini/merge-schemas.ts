import { isRecord, type JsonRecord, readArray, readNumber, readString } from '../../lib/json.ts';

/**
 * Merges the schemas in `allOf`, which Gemini does not support, into the schema that contains it.
 *
 * @returns the merged schema without `allOf`, and schemas of everything that could not be merged
 */
export function mergeAllOf(schema: JsonRecord): { readonly merged: JsonRecord; readonly rest: readonly unknown[] } {
  const { allOf, ...own } = schema;
  let merged: JsonRecord = own;
  const rest: unknown[] = [];
  for (const member of readArray(allOf)) {
    if (!isRecord(member)) {
      if (member !== true) rest.push(member);
      continue;
    }
    const flat = mergeAllOf(member);
    const conflicts: [string, unknown][] = [];
    merged = mergePair(merged, flat.merged, conflicts);
    if (conflicts.length > 0) rest.push(Object.fromEntries(conflicts));
    rest.push(...flat.rest);
  }
  return { merged, rest };
}

/** @param conflicts keywords of the second schema that cannot be merged are added to it */
function mergePair(first: JsonRecord, second: JsonRecord, conflicts: [string, unknown][]): JsonRecord {
  const merged = new Map(Object.entries(first));
  for (const [keyword, value] of Object.entries(second)) {
    if (!merged.has(keyword)) {
      merged.set(keyword, value);
      continue;
    }
    const joined = mergeKeyword(keyword, merged.get(keyword), value);
    if (joined === undefined) conflicts.push([keyword, value]);
    else merged.set(keyword, joined);
  }
  return Object.fromEntries(merged);
}

/** Returns a value that is equivalent to both values of a keyword; undefined if there is none. */
function mergeKeyword(keyword: string, first: unknown, second: unknown): unknown {
  if (isSame(first, second)) return first;
  switch (keyword) {
    case 'properties':
      return isRecord(first) && isRecord(second) ? mergeProperties(first, second) : undefined;
    case 'required':
      return [...new Set([...readArray(first), ...readArray(second)])];
    case 'enum':
      return readArray(first).filter((value) => readArray(second).some((other) => isSame(value, other)));
    case 'type':
      return mergeTypes(first, second);
    case 'minimum':
    case 'exclusiveMinimum':
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return furthest(first, second, 1);
    case 'maximum':
    case 'exclusiveMaximum':
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return furthest(first, second, -1);
    case 'description':
      return `${readString(first) ?? ''}\n${readString(second) ?? ''}`;
    case 'title':
    case 'default':
    case 'examples':
      return first;
    default:
      return undefined;
  }
}

function mergeProperties(first: JsonRecord, second: JsonRecord): JsonRecord {
  const merged = new Map(Object.entries(first));
  for (const [name, schema] of Object.entries(second)) {
    const known = merged.get(name);
    merged.set(name, known === undefined || isSame(known, schema) ? schema : { allOf: [known, schema] });
  }
  return Object.fromEntries(merged);
}

function mergeTypes(first: unknown, second: unknown): unknown {
  const types = (value: unknown) => (Array.isArray(value) ? readArray(value) : [value]);
  const common = types(first).filter((type) => types(second).includes(type));
  if (common.length > 0) return common.length === 1 ? common[0] : common;
  // Every integer is a number.
  const both = [...types(first), ...types(second)];
  return both.length === 2 && both.includes('number') && both.includes('integer') ? 'integer' : undefined;
}

function furthest(first: unknown, second: unknown, direction: 1 | -1): unknown {
  const [left, right] = [readNumber(first), readNumber(second)];
  if (left === undefined || right === undefined) return undefined;
  return (left - right) * direction >= 0 ? first : second;
}

function isSame(first: unknown, second: unknown): boolean {
  return first === second || JSON.stringify(first) === JSON.stringify(second);
}
