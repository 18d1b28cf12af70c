import { type JsonRecord, readArray } from '../../lib/json.ts';
import { mapSubschemas } from '../../lib/map-subschemas.ts';

/**
 * Adds `items: {}`, which changes no meaning, to arrays without `items`. OpenAI rejects such arrays ("array schema
 * missing items"); other vendors accept them.
 *
 * @param schema of bounded depth
 * @returns the same object if nothing is missing
 */
export function completeArrays(schema: JsonRecord): JsonRecord {
  const completed = mapSubschemas(schema, completeArrays);
  const isArray = schema.type === 'array' || readArray(schema.type).includes('array');
  return isArray && schema.items === undefined ? { ...completed, items: {} } : completed;
}
