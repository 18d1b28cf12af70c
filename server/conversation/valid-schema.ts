import { repairSchema } from '../lib/repair-schema.ts';
import type { JsonSchema } from './request.ts';
import type { TranslationLog } from './translation.ts';

/**
 * Converts a client's schema to valid JSON Schema, because vendors reject any other.
 *
 * @param path the request member that holds the schema, for the notes
 * @returns the same object if it is valid
 */
export function toValidSchema(schema: JsonSchema, path: string, notes: TranslationLog): JsonSchema {
  const valid = repairSchema(schema);
  if (valid !== schema) notes.changed(path, 'Parts that are not valid JSON Schema were corrected.');
  return valid;
}
