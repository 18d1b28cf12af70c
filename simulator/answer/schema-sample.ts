import { asArray, asRecord, isRecord, type JsonRecord } from '../json.ts';

const maxDepth = 12;

/** A deterministic value that satisfies the JSON schema. Strings come from `word`. */
export function sampleSchema(schema: unknown, word: string): unknown {
  return sample(schema, word, asRecord(schema), 0);
}

function sample(schema: unknown, word: string, root: JsonRecord, depth: number): unknown {
  if (!isRecord(schema) || depth > maxDepth) return {};
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (typeof schema.$ref === 'string') return sample(resolve(schema.$ref, root), word, root, depth + 1);
  const alternatives = [...asArray(schema.anyOf), ...asArray(schema.oneOf)];
  if (alternatives.length > 0) return sample(alternatives[0], word, root, depth + 1);
  if (Array.isArray(schema.allOf)) {
    return Object.assign({}, ...schema.allOf.map((part: unknown) => sample(part, word, root, depth + 1)));
  }
  return sampleType(schema, word, root, depth);
}

function sampleType(schema: JsonRecord, word: string, root: JsonRecord, depth: number): unknown {
  switch (typeName(schema)) {
    case 'string':
      return sampleText(schema, word);
    case 'integer':
    case 'number':
      return sampleNumber(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return sampleArray(schema, word, root, depth);
    default:
      return sampleObject(schema, word, root, depth);
  }
}

/** The first type that is not null, in lower case: Gemini writes types in capitals. */
function typeName(schema: JsonRecord): string {
  const named = [schema.type].flat().filter((name) => typeof name === 'string');
  const chosen = named.find((name) => name.toLowerCase() !== 'null') ?? named[0];
  return chosen?.toLowerCase() ?? '';
}

function sampleText(schema: JsonRecord, word: string): string {
  switch (schema.format) {
    case 'date':
      return '2025-01-31';
    case 'date-time':
      return '2025-01-31T12:00:00Z';
    case 'email':
      return 'someone@example.com';
    case 'uri':
      return 'https://example.com/';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    default: {
      const minimum = typeof schema.minLength === 'number' ? schema.minLength : 0;
      const maximum = typeof schema.maxLength === 'number' ? schema.maxLength : Number.POSITIVE_INFINITY;
      return word.padEnd(minimum, '.').slice(0, maximum);
    }
  }
}

function sampleNumber(schema: JsonRecord): number {
  const { minimum, maximum } = schema;
  if (typeof minimum === 'number') return Math.ceil(minimum);
  if (typeof maximum === 'number') return Math.min(1, Math.floor(maximum));
  return 1;
}

function sampleArray(schema: JsonRecord, word: string, root: JsonRecord, depth: number): readonly unknown[] {
  const length = typeof schema.minItems === 'number' ? Math.max(1, schema.minItems) : 1;
  return Array.from({ length }, () => sample(schema.items ?? { type: 'string' }, word, root, depth + 1));
}

function sampleObject(schema: JsonRecord, word: string, root: JsonRecord, depth: number): JsonRecord {
  const properties = asRecord(schema.properties);
  const required = new Set(asArray(schema.required));
  const names = Object.keys(properties);
  const kept = required.size > 0 ? names.filter((name) => required.has(name)) : names;
  return Object.fromEntries(kept.map((name) => [name, sample(properties[name], word, root, depth + 1)]));
}

function resolve(pointer: string, root: JsonRecord): unknown {
  let found: unknown = root;
  for (const step of pointer
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')) {
    found = asRecord(found)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return found;
}
