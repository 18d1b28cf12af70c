import { isRecord, type JsonRecord } from '../../lib/json.ts';

/** Members of a schema whose values are no schemas, whatever they look like. */
const data: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'example', 'examples', 'required']);

/**
 * OpenAI refuses arrays that do not say what they hold ("array schema missing items"); other vendors take them. Such an
 * array gets `items: {}`, which means the same.
 *
 * @param schema of bounded depth @returns itself when nothing is missing
 */
export function completeArrays(schema: JsonRecord): JsonRecord {
  const completed = mapMembers(schema, completeMember);
  const isArray = schema.type === 'array' || (Array.isArray(schema.type) && schema.type.includes('array'));
  return isArray && schema.items === undefined ? { ...completed, items: {} } : completed;
}

/** Members that hold schemas by names of their own, not by keywords. */
const maps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

function completeMember(name: string, value: unknown): unknown {
  if (data.has(name)) return value;
  return maps.has(name) && isRecord(value)
    ? mapMembers(value, (_name, schema) => completeValue(schema))
    : completeValue(value);
}

function mapMembers(record: JsonRecord, make: (name: string, value: unknown) => unknown): JsonRecord {
  const entries = Object.entries(record).map(([name, value]): [string, unknown] => [name, make(name, value)]);
  return entries.some(([name, made]) => made !== record[name]) ? Object.fromEntries(entries) : record;
}

function completeValue(value: unknown): unknown {
  if (isRecord(value)) return completeArrays(value);
  if (!Array.isArray(value)) return value;
  const made = value.map(completeValue);
  return made.some((item, index) => item !== value[index]) ? made : value;
}
