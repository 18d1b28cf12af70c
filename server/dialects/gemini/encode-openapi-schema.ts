import type { JsonSchema } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { describeConstraints, type EncodingState } from './describe-constraints.ts';
import { encodeSchema } from './encode-schema.ts';

/**
 * Encodes a JSON Schema in Gemini's own format, a subset of OpenAPI (https://ai.google.dev/api/caching#Schema), for
 * APIs in which Gemini does not accept JSON Schema. Constraints that the format does not support are put into
 * descriptions.
 *
 * @param member the request member that contains the schema, for the notes
 */
export function encodeOpenapiSchema(schema: JsonSchema, member: string, notes: TranslationLog): JsonRecord {
  const state = { describesConstraints: false };
  const encoded = toOpenapi(encodeSchema(schema, member, notes), state);
  if (state.describesConstraints)
    notes.changed(member, 'Constraints that Gemini does not enforce were moved to descriptions.');
  return encoded;
}

/** Keywords of JSON Schema that the format does not have. */
const unsupportedKeywords: ReadonlySet<string> = new Set(['additionalProperties', 'prefixItems']);

function toOpenapi(schema: JsonRecord, state: EncodingState): JsonRecord {
  const written: [string, unknown][] = [];
  const constraints: [string, unknown][] = [];
  const nullable = nullableFormOf(schema);
  const isChoice = Object.keys(nullable).every((keyword) => besideAlternatives.has(keyword));
  for (const [keyword, value] of Object.entries(nullable)) {
    const isUnsupported = unsupportedKeywords.has(keyword) || (keyword === 'anyOf' && !isChoice);
    if (isUnsupported || (keyword === 'enum' && !isTextEnum(value))) {
      // Models write closed objects anyway, so booleans are dropped.
      if (typeof value !== 'boolean') constraints.push([keyword, value]);
    } else {
      written.push([keyword, toOpenapiValue(keyword, value, state)]);
    }
  }
  const own = Object.fromEntries(written);
  const described = constraints.length === 0 ? own : describeConstraints(own, Object.fromEntries(constraints), state);
  return withType(described);
}

/** Keywords that may be beside alternatives, for they are easily moved into them. */
const besideAlternatives: ReadonlySet<string> = new Set([
  'anyOf',
  'type',
  'nullable',
  'description',
  'title',
  'default',
]);

/**
 * Vertex requires a type of every schema ("schema didn't specify the schema type field"), items of arrays, and nothing beside
 * `anyOf` ("When using any_of, it must be the only field set").
 */
function withType(schema: JsonRecord): JsonRecord {
  if (schema.type === 'array' && schema.items === undefined) return { ...schema, items: { anyOf: anyType } };
  const { anyOf, type, nullable, title: _title, default: _default, ...first } = schema;
  const options = readArray(anyOf).map(readRecord);
  if (options.length === 0) {
    if (type !== undefined) return schema;
    return isText(first) ? { ...schema, type: 'string' } : withType({ ...schema, anyOf: anyType });
  }
  const every = { ...withoutUndefined({ type }), ...(nullable === true && { nullable }) };
  // A text may be long and the alternatives many, so it is not repeated.
  return { anyOf: options.map((option, index) => ({ ...(index === 0 && first), ...every, ...option })) };
}

/** True for keywords that concern a value of some type, which is most often a text. */
function isText(keywords: JsonRecord): boolean {
  return Object.keys(keywords).some((keyword) => !besideAlternatives.has(keyword));
}

/** Every value that JSON has, except arrays of other things than texts. */
const anyType: readonly JsonRecord[] = [
  { type: 'string' },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'object' },
  { type: 'array', items: { type: 'string' } },
];

function toOpenapiValue(keyword: string, value: unknown, state: EncodingState): unknown {
  const encode = (inner: unknown) => toOpenapi(readRecord(inner), state);
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

/** Replaces null in types and alternatives by `nullable`. */
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
  // Both may have a description. The outer one is more specific.
  return { ...only, ...rest, nullable: true };
}

function isNull(option: unknown): boolean {
  return isRecord(option) && option.type === 'null';
}

function isTextEnum(values: unknown): boolean {
  return readArray(values).every((value) => typeof value === 'string');
}
