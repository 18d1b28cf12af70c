import { isRecord, type JsonRecord, readArray, readNumber, readString } from '../../lib/json.ts';

/**
 * Merges the schemas in `allOf`, which Gemini does not support, into the schema that contains it. Takes linear time: each
 * value is visited once, however many schemas there are.
 *
 * @returns the merged schema without `allOf`, and schemas of everything that could not be merged
 */
export function mergeAllOf(schema: JsonRecord): { readonly merged: JsonRecord; readonly rest: readonly unknown[] } {
  if (schema.allOf === undefined) return { merged: schema, rest: [] };
  const keywords = new Map<string, MergedKeyword>();
  const rest: unknown[] = [];
  const add = ({ allOf, ...own }: JsonRecord) => {
    const conflicts = Object.entries(own).filter(([keyword, value]) => !addKeyword(keywords, keyword, value));
    if (conflicts.length > 0) rest.push(Object.fromEntries(conflicts));
    for (const member of readArray(allOf)) {
      if (isRecord(member)) add(member);
      else if (member !== true) rest.push(member);
    }
  };
  add(schema);
  return { merged: Object.fromEntries([...keywords].map(([keyword, merged]) => [keyword, merged.value()])), rest };
}

/** The values that several schemas give to one keyword. */
interface MergedKeyword {
  /** @returns false if no single value is equivalent to this one and the ones before */
  add(value: unknown): boolean;
  value(): unknown;
}

function addKeyword(keywords: Map<string, MergedKeyword>, keyword: string, value: unknown): boolean {
  const known = keywords.get(keyword);
  if (known !== undefined) return known.add(value);
  keywords.set(keyword, startMerging(keyword, value));
  return true;
}

function startMerging(keyword: string, first: unknown): MergedKeyword {
  switch (keyword) {
    case 'properties':
      return isRecord(first) ? mergeProperties(first) : requireEqual(first);
    case 'required':
      return mergeRequired(first);
    case 'enum':
      return mergeEnums(first);
    case 'type':
      return mergeTypes(first);
    case 'minimum':
    case 'exclusiveMinimum':
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return mergeBounds(first, 1);
    case 'maximum':
    case 'exclusiveMaximum':
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return mergeBounds(first, -1);
    case 'description':
      return mergeDescriptions(first);
    case 'title':
    case 'default':
    case 'examples':
      return { add: () => true, value: () => first };
    default:
      return requireEqual(first);
  }
}

function mergeProperties(first: JsonRecord): MergedKeyword {
  const schemas = new Map(Object.entries(first).map(([name, schema]) => [name, [schema]]));
  return {
    add(value) {
      if (!isRecord(value)) return false;
      for (const [name, schema] of Object.entries(value)) {
        const known = schemas.get(name);
        if (known === undefined) schemas.set(name, [schema]);
        else known.push(schema);
      }
      return true;
    },
    value: () =>
      Object.fromEntries([...schemas].map(([name, all]) => [name, all.length === 1 ? all[0] : { allOf: all }])),
  };
}

function mergeRequired(first: unknown): MergedKeyword {
  let names: Set<unknown> | undefined;
  return {
    add(value) {
      names ??= new Set(readArray(first));
      for (const name of readArray(value)) names.add(name);
      return true;
    },
    value: () => (names === undefined ? first : [...names]),
  };
}

function mergeEnums(first: unknown): MergedKeyword {
  let common: Map<string, unknown> | undefined;
  return {
    add(value) {
      common ??= valuesByText(first);
      common = intersect(common, valuesByText(value));
      return true;
    },
    value: () => (common === undefined ? first : [...common.values()]),
  };
}

function valuesByText(values: unknown): Map<string, unknown> {
  return new Map(readArray(values).map((value) => [JSON.stringify(value), value]));
}

/** Looks up the entries of the smaller map in the larger one. */
function intersect<Value>(first: Map<string, Value>, second: Map<string, Value>): Map<string, Value> {
  const [fewer, others] = first.size <= second.size ? [first, second] : [second, first];
  return new Map([...fewer].filter(([text]) => others.has(text)));
}

function mergeTypes(first: unknown): MergedKeyword {
  let merged = first;
  return {
    add(value) {
      const common = commonType(merged, value);
      if (common === undefined) return false;
      merged = common;
      return true;
    },
    value: () => merged,
  };
}

/** There are seven types. A longer list repeats some, or names what is none. */
const maxTypes = 7;

function commonType(first: unknown, second: unknown): unknown {
  const [left, right] = [typesOf(first), typesOf(second)];
  const common = left.filter((type) => right.includes(type));
  if (common.length > 0) return common.length === 1 ? common[0] : common;
  // Every integer is a number.
  const both = [...left, ...right];
  return both.length === 2 && both.includes('number') && both.includes('integer') ? 'integer' : undefined;
}

function typesOf(value: unknown): unknown[] {
  return Array.isArray(value) ? [...new Set(readArray(value))].slice(0, maxTypes) : [value];
}

/** @param direction 1: the largest bound counts, -1: the smallest one */
function mergeBounds(first: unknown, direction: 1 | -1): MergedKeyword {
  let merged = first;
  return {
    add(value) {
      const [known, other] = [readNumber(merged), readNumber(value)];
      if (known === undefined || other === undefined) return isSame(merged, value);
      if ((other - known) * direction > 0) merged = value;
      return true;
    },
    value: () => merged,
  };
}

function mergeDescriptions(first: unknown): MergedKeyword {
  const texts = new Set([readString(first) ?? '']);
  return {
    add(value) {
      texts.add(readString(value) ?? '');
      return true;
    },
    value: () => (texts.size === 1 ? first : [...texts].join('\n')),
  };
}

function requireEqual(first: unknown): MergedKeyword {
  let text: string | undefined;
  return {
    add(value) {
      text ??= JSON.stringify(first);
      return first === value || text === JSON.stringify(value);
    },
    value: () => first,
  };
}

function isSame(first: unknown, second: unknown): boolean {
  return first === second || JSON.stringify(first) === JSON.stringify(second);
}
