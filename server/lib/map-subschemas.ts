import { isRecord, type JsonRecord } from './json.ts';

/**
 * Keywords whose value is a schema, a list of schemas, or schemas by name. Other values are data and are never changed.
 */
const schemaKeywords: ReadonlySet<string> = new Set([
  ...['additionalItems', 'additionalProperties', 'contains', 'contentSchema', 'else', 'if', 'items', 'not'],
  ...['propertyNames', 'then', 'unevaluatedItems', 'unevaluatedProperties'],
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems'],
]);
const schemaMapKeywords: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'],
]);

/**
 * Maps the direct subschemas of a JSON Schema.
 *
 * @returns the original schema if every subschema was mapped to itself
 */
export function mapSubschemas(schema: JsonRecord, map: (schema: JsonRecord) => JsonRecord): JsonRecord {
  return mapMembers(schema, (value, keyword) => {
    if (schemaKeywords.has(keyword)) return mapValue(value, map);
    return schemaMapKeywords.has(keyword) && isRecord(value)
      ? mapMembers(value, (inner) => mapValue(inner, map))
      : value;
  });
}

function mapValue(value: unknown, map: (schema: JsonRecord) => JsonRecord): unknown {
  if (isRecord(value)) return map(value);
  if (!Array.isArray(value)) return value;
  const mapped = value.map((item: unknown) => mapValue(item, map));
  return mapped.some((item, index) => item !== value[index]) ? mapped : value;
}

function mapMembers(record: JsonRecord, map: (value: unknown, name: string) => unknown): JsonRecord {
  let changed: Record<string, unknown> | undefined;
  for (const name in record) {
    const mapped = map(record[name], name);
    if (mapped !== record[name]) changed = Object.assign(changed ?? Object.create(null), { [name]: mapped });
  }
  return changed === undefined ? record : { ...record, ...changed };
}
