import type { JsonSchema } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { inlineSchemaReferences } from '../../lib/inline-schema-references.ts';
import { isRecord, type JsonRecord, readArray, readNumber } from '../../lib/json.ts';
import { repairSchema } from '../../lib/repair-schema.ts';
import { describeConstraints, type EncodingState } from './describe-constraints.ts';
import { mergeAllOf } from './merge-schemas.ts';

/*
 * Gemini's `parametersJsonSchema` and `responseJsonSchema` support a subset of JSON Schema
 * (https://ai.google.dev/api/generate-content#FIELDS.response_json_schema). Other keywords are rewritten in that
 * subset. If that is not possible, they are put into the schema's description as JSON.
 */

/**
 * Encodes a JSON Schema with the keywords that Gemini supports.
 *
 * @param member the request member that contains the schema, for the notes
 */
export function encodeSchema(schema: JsonSchema, member: string, notes: TranslationLog): JsonRecord {
  const { schema: inlined, unresolved } = inlineSchemaReferences(repairSchema(schema), notes.inlining);
  if (unresolved.length > 0) notes.changed(member, 'A recursive or external reference in the schema allows any value.');
  const state = { describesConstraints: false };
  const encoded = encodeAny(inlined, state);
  if (state.describesConstraints)
    notes.changed(member, 'Constraints that Gemini does not enforce were moved to descriptions.');
  return encoded;
}

/** A schema while it is rewritten: its keywords, and those that will only be described. */
interface Draft {
  readonly keywords: Map<string, unknown>;
  readonly constraints: Map<string, unknown>;
}

/** Keywords that are sent unchanged. */
const plainKeywords: ReadonlySet<string> = new Set([
  ...['type', 'title', 'description', 'default', 'enum', 'required', 'minimum', 'maximum', 'minItems', 'maxItems'],
  ...['minLength', 'maxLength', 'pattern', 'minProperties', 'maxProperties', 'propertyOrdering'],
]);
/** Unsupported keywords that constrain the value or annotate it. */
const describedKeywords: ReadonlySet<string> = new Set([
  ...['not', 'if', 'then', 'else', 'propertyNames', 'patternProperties', 'dependentRequired', 'dependentSchemas'],
  ...['dependencies', 'contains', 'minContains', 'maxContains', 'uniqueItems', 'multipleOf', 'unevaluatedItems'],
  ...['unevaluatedProperties', 'contentEncoding', 'contentMediaType', 'contentSchema', 'examples', 'format', 'oneOf'],
  ...['exclusiveMinimum', 'exclusiveMaximum'],
]);
const knownFormats: ReadonlySet<unknown> = new Set(['date-time', 'date', 'time', 'int32', 'int64', 'float', 'double']);

function encodeAny(schema: unknown, state: EncodingState): JsonRecord {
  if (schema === false) return describeConstraints({}, { not: {} }, state);
  if (!isRecord(schema)) return {};
  const { merged, rest } = mergeAllOf(schema);
  const draft: Draft = { keywords: new Map(Object.entries(merged)), constraints: new Map() };
  if (rest.length > 0) draft.constraints.set('allOf', rest);
  for (const rewrite of rewrites) rewrite(draft);
  const types = readArray(draft.keywords.get('type')).filter((type) => type !== 'null');
  if (types.length < 2) return encodeDraft(draft, state);
  if (!draft.keywords.has('anyOf')) return encodeAny(splitByType(draft), state);
  // The alternatives would be repeated for each type, and theirs again: a small schema could grow without bounds.
  draft.constraints.set('type', draft.keywords.get('type'));
  draft.keywords.delete('type');
  return encodeDraft(draft, state);
}

function encodeDraft({ keywords, constraints }: Draft, state: EncodingState): JsonRecord {
  const written: [string, unknown][] = [];
  for (const [keyword, value] of keywords) {
    const encoded = encodeKeyword(keyword, value, state);
    if (encoded !== undefined) written.push([keyword, encoded]);
    else if (describedKeywords.has(keyword)) constraints.set(keyword, value);
  }
  const schema = Object.fromEntries(written);
  return constraints.size === 0 ? schema : describeConstraints(schema, Object.fromEntries(constraints), state);
}

/** @returns undefined for a keyword that is not sent */
function encodeKeyword(keyword: string, value: unknown, state: EncodingState): unknown {
  switch (keyword) {
    case 'format':
      return knownFormats.has(value) ? value : undefined;
    case 'properties':
      return isRecord(value) ? mapMembers(value, (schema) => encodeAny(schema, state)) : undefined;
    case 'additionalProperties':
      return isRecord(value) ? encodeAny(value, state) : value;
    case 'items':
      return encodeAny(value, state);
    case 'anyOf':
    case 'prefixItems':
      return Array.isArray(value) ? value.map((schema: unknown) => encodeAny(schema, state)) : undefined;
    default:
      return plainKeywords.has(keyword) ? value : undefined;
  }
}

function mapMembers(record: JsonRecord, map: (value: unknown) => unknown): JsonRecord {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** Each rewrites some keywords. */
const rewrites: readonly ((draft: Draft) => void)[] = [
  rewriteType,
  rewriteConst,
  rewriteEnum,
  (draft) => rewriteExclusiveBound(draft, 'exclusiveMinimum', 'minimum', 1),
  (draft) => rewriteExclusiveBound(draft, 'exclusiveMaximum', 'maximum', -1),
  rewriteOneOf,
  rewriteTuple,
  addImpliedKeywords,
];

/** Rewrites OpenAPI's `nullable` and a list of one type. */
function rewriteType({ keywords }: Draft): void {
  const type = keywords.get('type');
  const nullable = keywords.get('nullable') === true;
  keywords.delete('nullable');
  if (type === undefined) return;
  const types = [...new Set([...(Array.isArray(type) ? readArray(type) : [type]), ...(nullable ? ['null'] : [])])];
  keywords.set('type', types.length === 1 ? types[0] : types);
}

function rewriteConst({ keywords }: Draft): void {
  if (!keywords.has('const')) return;
  const only = keywords.get('const');
  const values = keywords.get('enum');
  const isAllowed = !Array.isArray(values) || values.some((value) => JSON.stringify(value) === JSON.stringify(only));
  keywords.set('enum', isAllowed ? [only] : []);
  keywords.delete('const');
}

/** Gemini supports enums of strings or of numbers. */
function rewriteEnum({ keywords, constraints }: Draft): void {
  const given = keywords.get('enum');
  if (!Array.isArray(given)) {
    keywords.delete('enum');
    return;
  }
  const values = given.filter((value: unknown) => isOfType(value, keywords.get('type')));
  const kinds = [...new Set(values.map(enumKind))];
  const only = kinds[0];
  keywords.set('enum', values);
  if (kinds.length > 1 && !keywords.has('anyOf') && !keywords.has('oneOf')) {
    keywords.delete('enum');
    keywords.delete('type');
    const options = kinds.map((kind) => ({ enum: values.filter((value) => enumKind(value) === kind) }));
    keywords.set('anyOf', options);
  } else if (kinds.length === 1 && (only === 'string' || only === 'number' || only === 'integer')) {
    if (!keywords.has('type')) keywords.set('type', only);
  } else {
    keywords.delete('enum');
    if (kinds.length === 1 && !keywords.has('type')) keywords.set('type', only === 'empty' ? 'string' : only);
    const allowsAll = only === 'null' || (only === 'boolean' && values.includes(true) && values.includes(false));
    if (!allowsAll || kinds.length > 1) constraints.set('enum', values);
  }
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === undefined) return true;
  const types = Array.isArray(type) ? readArray(type) : [type];
  const kind = enumKind(value);
  return types.includes(kind === 'empty' ? 'string' : kind) || (kind === 'integer' && types.includes('number'));
}

/** The empty string is a separate kind, because Gemini rejects it in an enum. */
function enumKind(value: unknown): string {
  if (value === '') return 'empty';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' || JSON.isRawJSON(value))
    return Number.isInteger(readNumber(value)) ? 'integer' : 'number';
  return typeof value;
}

/**
 * Rewrites an exclusive bound. For integers, the inclusive bound is the next integer; for others, the description says
 * that the bound is excluded.
 */
function rewriteExclusiveBound(
  { keywords, constraints }: Draft,
  exclusive: string,
  inclusive: string,
  step: 1 | -1,
): void {
  const given = keywords.get(exclusive);
  if (given === undefined) return;
  keywords.delete(exclusive);
  const bound = readNumber(given);
  if (bound === undefined) return;
  const type = keywords.get('type');
  const next = step === 1 ? Math.floor(bound) + 1 : Math.ceil(bound) - 1;
  const isWhole = type === 'integer' && Number.isSafeInteger(next);
  if (!isWhole) constraints.set(exclusive, given);
  const written = isWhole ? next : given;
  const other = readNumber(keywords.get(inclusive));
  if (other === undefined || ((readNumber(written) ?? other) - other) * step >= 0) keywords.set(inclusive, written);
}

/** Gemini treats `oneOf` like `anyOf`. */
function rewriteOneOf({ keywords }: Draft): void {
  if (keywords.has('anyOf') || !keywords.has('oneOf')) return;
  keywords.set('anyOf', keywords.get('oneOf'));
  keywords.delete('oneOf');
}

/** Rewrites `items: false`, which ends a tuple. */
function rewriteTuple({ keywords }: Draft): void {
  if (keywords.get('items') !== false) return;
  keywords.delete('items');
  keywords.set('maxItems', keywords.get('maxItems') ?? readArray(keywords.get('prefixItems')).length);
}

/**
 * Adds what JSON Schema implies and Gemini requires: the type, the items of arrays, a schema for each required member.
 */
function addImpliedKeywords({ keywords, constraints }: Draft): void {
  const properties = keywords.get('properties');
  if (keywords.get('type') === undefined) {
    if (isRecord(properties)) keywords.set('type', 'object');
    else if (keywords.has('items') || keywords.has('prefixItems')) keywords.set('type', 'array');
  }
  const type = keywords.get('type');
  const types = Array.isArray(type) ? readArray(type) : [type];
  if (types.includes('array') && !keywords.has('items') && !keywords.has('prefixItems')) keywords.set('items', {});
  if (!isRecord(properties)) return;
  const required = readArray(keywords.get('required'));
  const unknown = required.filter((name) => typeof name === 'string' && !Object.hasOwn(properties, name));
  if (unknown.length === 0) return;
  const others = keywords.get('additionalProperties') ?? {};
  if (unknown.length <= maxRepetitions && isSmall(others, { valuesLeft: 20 })) {
    keywords.set('properties', { ...properties, ...Object.fromEntries(unknown.map((name) => [name, others])) });
    return;
  }
  // Nested schemas would be repeated for each name, and theirs again: a small schema could grow without bounds.
  const isUnknown = new Set(unknown);
  keywords.set(
    'required',
    required.filter((name) => !isUnknown.has(name)),
  );
  constraints.set('required', required);
}

/** Keywords that stay in the outer schema when a schema with several types is split into alternatives. */
const outerKeywords = ['title', 'description', 'default'];

/** Keywords that concern values of one type. All others are repeated for each type. */
const keywordsOfTypes: Readonly<Record<string, readonly string[]>> = {
  object: [
    ...['properties', 'required', 'additionalProperties', 'propertyOrdering', 'minProperties', 'maxProperties'],
    ...['patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'dependencies'],
    'unevaluatedProperties',
  ],
  array: [
    ...['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains'],
    'unevaluatedItems',
  ],
};
const typesOfKeywords = new Map(
  Object.entries(keywordsOfTypes).flatMap(([type, names]) => names.map((name) => [name, type] as const)),
);

/** Splits a schema with several types into alternatives with one type each. */
function splitByType({ keywords, constraints }: Draft): JsonRecord {
  const outer = outerKeywords.flatMap((name) => (keywords.has(name) ? [[name, keywords.get(name)]] : []));
  const shared = [...keywords, ...constraints].filter(([name]) => name !== 'type' && !outerKeywords.includes(name));
  const options = readArray(keywords.get('type')).map((type) => ({
    ...Object.fromEntries(shared.filter(([name]) => (typesOfKeywords.get(name) ?? type) === type)),
    type,
  }));
  return { ...Object.fromEntries(outer), anyOf: options };
}

/** Names that may get a copy of the schema of other properties. */
const maxRepetitions = 500;

/** @param state how many values the schema may have; long texts count as several */
function isSmall(value: unknown, state: { valuesLeft: number }): boolean {
  state.valuesLeft -= typeof value === 'string' ? 1 + value.length / 50 : 1;
  if (state.valuesLeft < 0) return false;
  return typeof value !== 'object' || value === null || Object.values(value).every((member) => isSmall(member, state));
}
