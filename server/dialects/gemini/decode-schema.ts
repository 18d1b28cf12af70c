import type { JsonSchema } from '../../conversation/request.ts';
import { isRecord, type JsonRecord, readArray, readNumber } from '../../lib/json.ts';
import { nameOfType } from './enum-numbers.ts';
import { inCamelCase } from './spelling.ts';

/**
 * Decodes a schema in Gemini's own format, a subset of OpenAPI (https://ai.google.dev/api/caching#Schema): upper-case
 * types, `nullable`, bounds as strings. Everything else is JSON Schema and unchanged.
 *
 * @returns JSON Schema that allows the same values
 */
export function decodeSchema(given: JsonRecord): JsonSchema {
  const spelled = inCamelCase(given);
  if (!isRecord(spelled)) return {};
  const { nullable, propertyOrdering, example, ...schema } = spelled;
  const decoded = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, decodeKeyword(keyword, value)]),
  );
  const typed = nullable === true ? withNull(decoded) : decoded;
  const { type } = typed;
  if (type === 'type_unspecified') delete typed.type;
  return {
    ...typed,
    ...(isRecord(typed.properties) &&
      Array.isArray(propertyOrdering) && { properties: inOrder(typed.properties, propertyOrdering) }),
    ...(example !== undefined && { examples: [example] }),
  };
}

/** 64-bit bounds, which Google writes as strings. */
const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

function decodeKeyword(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'type':
      return decodeType(value);
    case 'properties':
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, decodeAny(schema)]))
        : value;
    case 'items':
    case 'additionalProperties':
      return decodeAny(value);
    case 'anyOf':
    case 'prefixItems':
      return Array.isArray(value) ? value.map(decodeAny) : value;
    case 'minimum':
    case 'maximum':
      return typeof value === 'string' ? readNumber(value) : value;
    default:
      return counts.has(keyword) && typeof value === 'string' ? readNumber(value) : value;
  }
}

function decodeAny(value: unknown): unknown {
  return isRecord(value) ? decodeSchema(value) : value;
}

function decodeType(given: unknown): unknown {
  const type = nameOfType(given);
  if (typeof type === 'string') return type.toLowerCase();
  return Array.isArray(type) ? type.map(decodeType) : type;
}

/** Allows null in addition to what a schema allows. */
function withNull(schema: Record<string, unknown>): Record<string, unknown> {
  const { type, enum: values, anyOf } = schema;
  if (type === undefined && anyOf !== undefined) return { ...schema, anyOf: [...readArray(anyOf), { type: 'null' }] };
  return {
    ...schema,
    ...(type !== undefined && { type: [...new Set([...(Array.isArray(type) ? readArray(type) : [type]), 'null'])] }),
    ...(Array.isArray(values) && !values.includes(null) && { enum: [...readArray(values), null] }),
  };
}

function inOrder(properties: JsonRecord, ordering: readonly unknown[]): JsonRecord {
  const names = ordering.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name));
  return Object.fromEntries(
    [...new Set([...names, ...Object.keys(properties)])].map((name) => [name, properties[String(name)]]),
  );
}

/** Keywords that Google accepts in `parameters` and `responseSchema`. */
const openapiKeywords: ReadonlySet<string> = new Set([
  ...['type', 'format', 'title', 'description', 'nullable', 'default', 'items', 'minItems', 'maxItems', 'enum'],
  ...['properties', 'propertyOrdering', 'required', 'minProperties', 'maxProperties', 'minimum', 'maximum'],
  ...['minLength', 'maxLength', 'pattern', 'example', 'anyOf'],
]);
const types: ReadonlySet<unknown> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);

/** True for a schema that Google accepts unchanged as `parameters` or `responseSchema`. */
export function isOpenapiSchema(given: unknown): boolean {
  const schema = inCamelCase(given);
  if (!isRecord(schema) || Object.keys(schema).some((keyword) => !openapiKeywords.has(keyword))) return false;
  const { type, properties, items, anyOf, required, enum: values } = schema;
  const kind = typeof type === 'string' ? type.toUpperCase() : type;
  if (kind !== undefined && !types.has(kind)) return false;
  if (kind === 'ARRAY' && items === undefined) return false;
  const known = isRecord(properties) ? properties : {};
  // Google rejects objects without properties.
  if (kind === 'OBJECT' && Object.keys(known).length === 0) return false;
  if (readArray(required).some((name) => !Object.hasOwn(known, String(name)))) return false;
  if (
    values !== undefined &&
    (kind !== 'STRING' || readArray(values).some((value) => typeof value !== 'string' || value === ''))
  ) {
    return false;
  }
  return [...Object.values(known), ...(items === undefined ? [] : [items]), ...readArray(anyOf)].every(isOpenapiSchema);
}
