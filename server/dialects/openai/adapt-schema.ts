import { isRecord, type JsonRecord, readArray } from '../../lib/json.ts';
import { mapSubschemas } from '../../lib/map-subschemas.ts';
import { isPortablePattern } from './portable-pattern.ts';

/**
 * Adapts a schema to OpenAI's validator:
 *
 * - Arrays without `items` get `items: {}` ("array schema missing items").
 * - Patterns that the validator rejects are removed ("regex lookaround is not supported", "is not a 'regex'"). They are only
 *   hints for the model: OpenAI enforces patterns in strict schemas alone.
 *
 * Other vendors accept both.
 *
 * @param schema of bounded depth
 * @param onPattern called for each pattern that is removed
 * @returns the same object if nothing has to change
 */
export function adaptSchema(schema: JsonRecord, onPattern: () => void): JsonRecord {
  const adapted = withoutPatterns(
    mapSubschemas(schema, (subschema) => adaptSchema(subschema, onPattern)),
    onPattern,
  );
  const isArray = schema.type === 'array' || readArray(schema.type).includes('array');
  return isArray && schema.items === undefined ? { ...adapted, items: {} } : adapted;
}

function withoutPatterns(schema: JsonRecord, onPattern: () => void): JsonRecord {
  const { pattern, patternProperties, ...others } = schema;
  const isRefused = typeof pattern === 'string' && !isPortablePattern(pattern);
  const named = isRecord(patternProperties) ? Object.entries(patternProperties) : [];
  const kept = named.filter(([name]) => isPortablePattern(name));
  if (!isRefused && kept.length === named.length) return schema;
  onPattern();
  return {
    ...others,
    ...(!isRefused && pattern !== undefined && { pattern }),
    ...(kept.length > 0 && { patternProperties: Object.fromEntries(kept) }),
  };
}
