import { type JsonRecord, readArray } from '../../lib/json.ts';
import { mapSubschemas } from '../../lib/map-subschemas.ts';

/**
 * OpenAI refuses arrays that do not say what they hold ("array schema missing items"); other vendors take them. Such an
 * array gets `items: {}`, which means the same.
 *
 * @param schema of bounded depth @returns itself when nothing is missing
 */
export function completeArrays(schema: JsonRecord): JsonRecord {
  const completed = mapSubschemas(schema, completeArrays);
  const isArray = schema.type === 'array' || readArray(schema.type).includes('array');
  return isArray && schema.items === undefined ? { ...completed, items: {} } : completed;
}
