import type { JsonSchema } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord, readArray } from '../../lib/json.ts';
import { encodeSchema } from './encode-schema.ts';
import { type Told, tellConstraints } from './tell-constraints.ts';

/**
 * Writes a JSON Schema in Gemini's own form, a part of OpenAPI's (https://ai.google.dev/api/caching#Schema): for where Gemini
 * takes no JSON Schema, which says less. What has no place in it is told the model in descriptions.
 *
 * @param member the request's member that holds it, for the notes
 */
export function encodeOwnSchema(schema: JsonSchema, member: string, notes: TranslationLog): JsonRecord {
  const told = { constraints: false };
  const encoded = toOwnForm(encodeSchema(schema, member, notes), told);
  if (told.constraints) notes.changed(member, 'Constraints that Gemini does not enforce are told in descriptions.');
  return encoded;
}

/** Keywords of JSON Schema that the form has not, or has for texts alone. */
const foreignKeywords: ReadonlySet<string> = new Set(['additionalProperties', 'prefixItems']);

function toOwnForm(schema: JsonRecord, told: Told): JsonRecord {
  const written: [string, unknown][] = [];
  const constraints: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(nullableFormOf(schema))) {
    if (foreignKeywords.has(keyword) || (keyword === 'enum' && !isTextEnum(value))) {
      // A closed object is what models make of any.
      if (typeof value !== 'boolean') constraints.push([keyword, value]);
    } else {
      written.push([keyword, toOwnValue(keyword, value, told)]);
    }
  }
  const own = Object.fromEntries(written);
  const withItems = own.type === 'array' && own.items === undefined ? { ...own, items: {} } : own;
  return constraints.length === 0 ? withItems : tellConstraints(withItems, Object.fromEntries(constraints), told);
}

function toOwnValue(keyword: string, value: unknown, told: Told): unknown {
  const encode = (inner: unknown) => (isRecord(inner) ? toOwnForm(inner, told) : {});
  switch (keyword) {
    case 'properties':
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, encode(inner)]))
        : {};
    case 'items':
      return encode(value);
    case 'anyOf':
      return readArray(value).map(encode);
    default:
      return value;
  }
}

/** Null among the types, or among the alternatives, as `nullable`. */
function nullableFormOf(schema: JsonRecord): JsonRecord {
  const { type, anyOf } = schema;
  if (Array.isArray(type)) {
    const [only] = type.filter((name) => name !== 'null');
    return only === undefined ? { ...schema, type: 'null' } : { ...schema, type: only, nullable: true };
  }
  const options = readArray(anyOf).filter((option) => !isNull(option));
  if (options.length === readArray(anyOf).length) return schema;
  const { anyOf: _anyOf, ...rest } = schema;
  const [only] = options;
  if (options.length !== 1 || !isRecord(only)) return { ...rest, anyOf: options, nullable: true };
  // Both may describe the value: the outer one speaks of its place.
  return { ...only, ...rest, nullable: true };
}

function isNull(option: unknown): boolean {
  return isRecord(option) && option.type === 'null';
}

function isTextEnum(values: unknown): boolean {
  return readArray(values).every((value) => typeof value === 'string');
}
