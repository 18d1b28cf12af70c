import { isRecord, type JsonRecord } from './json.ts';

/*
 * Tools come with schemas in older drafts of JSON Schema, in OpenAPI's spelling, or with mistakes of the programs that
 * generate them (`required: null`, `type: "any"`). Vendors reject such a request, though the meaning is clear:
 * Anthropic requires that a tool's schema "must match JSON Schema draft 2020-12", OpenAI that it "is valid".
 */

/**
 * Converts a schema to a valid one of draft 2020-12. Keywords whose value has no valid meaning are removed.
 *
 * @param schema of bounded depth
 * @returns the same object if it is valid
 */
export function repairSchema(schema: JsonRecord): JsonRecord {
  let repaired: Map<string, unknown> | undefined;
  for (const keyword in schema) {
    const value = schema[keyword];
    const repair = isUsual(keyword, value) ? undefined : repairs.get(keyword);
    if (repair === undefined) continue;
    const valid = repair(value);
    if (valid === value) continue;
    repaired ??= new Map(Object.entries(schema));
    if (valid === undefined) repaired.delete(keyword);
    else repaired.set(keyword, valid);
  }
  const needed = neededInDraft3(schema);
  if (repaired === undefined && needed.length === 0 && !Array.isArray(schema.items) && !hasDraft4Bound(schema)) {
    return schema;
  }
  const keywords = repaired ?? new Map(Object.entries(schema));
  if (needed.length > 0) keywords.set('required', [...new Set([...readNames(keywords.get('required')), ...needed])]);
  renameTuple(schema, keywords);
  for (const [exclusive, inclusive] of bounds) moveBound(schema, keywords, exclusive, inclusive);
  return Object.fromEntries(keywords);
}

/** True for what nearly all keywords are: this runs on every schema of every request. */
function isUsual(keyword: string, value: unknown): boolean {
  return typeof value === 'string' && (keyword === 'description' || (keyword === 'type' && types.has(value)));
}

/** Returns the valid form of a keyword's value; undefined if there is none. */
type Repair = (value: unknown) => unknown;

const repairs: ReadonlyMap<string, Repair> = new Map<string, Repair>([
  ['type', repairType],
  ['required', (value) => (Array.isArray(value) ? sameIfEqual(value, readNames(value)) : undefined)],
  ['enum', (value) => (Array.isArray(value) && value.length > 0 ? value : undefined)],
  // A list is a tuple of older drafts, which `renameTuple` handles.
  ['items', (value) => (Array.isArray(value) ? repairMembers(value) : repairAny(value))],
  ['examples', (value) => (Array.isArray(value) ? value : undefined)],
  ...all(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'], repairNamed),
  ...all(['allOf', 'anyOf', 'oneOf', 'prefixItems'], repairList),
  ...all(['not', 'if', 'then', 'else', 'contains', 'propertyNames', 'contentSchema'], repairAny),
  ...all(['additionalProperties', 'unevaluatedItems', 'unevaluatedProperties'], repairAny),
  ...all(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'], repairNumber),
  ...all(['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'], repairCount),
  ...all(['minContains', 'maxContains'], repairCount),
  ...all(['title', 'description', 'format', 'pattern', '$comment', '$ref', '$schema', '$id', '$anchor'], repairText),
  ...all(['contentEncoding', 'contentMediaType', '$dynamicRef', '$dynamicAnchor'], repairText),
  ...all(['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'], (value) =>
    typeof value === 'boolean' ? value : undefined,
  ),
]);

function all(keywords: readonly string[], repair: Repair): [string, Repair][] {
  return keywords.map((keyword) => [keyword, repair]);
}

const types: ReadonlySet<unknown> = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);
/** The names that programs in other languages have for the types. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ...(['int', 'int32', 'int64', 'long'] as const).map((name) => [name, 'integer'] as const),
  ...(['float', 'double', 'decimal'] as const).map((name) => [name, 'number'] as const),
  ...(['str', 'text'] as const).map((name) => [name, 'string'] as const),
  ...(['list', 'tuple', 'set'] as const).map((name) => [name, 'array'] as const),
  ...(['dict', 'map'] as const).map((name) => [name, 'object'] as const),
  ...(['bool'] as const).map((name) => [name, 'boolean'] as const),
  ...(['none'] as const).map((name) => [name, 'null'] as const),
]);

/** Removes a type that allows everything (`any`) or is unknown. */
function repairType(value: unknown): unknown {
  if (!Array.isArray(value)) return nameType(value);
  const names = value.map(nameType);
  if (names.length === 0 || names.includes(undefined)) return undefined;
  return sameIfEqual(value, [...new Set(names)]);
}

function nameType(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (types.has(value)) return value;
  const name = value.toLowerCase();
  return types.has(name) ? name : typeNames.get(name);
}

function repairAny(value: unknown): unknown {
  if (isRecord(value)) return repairSchema(value);
  return typeof value === 'boolean' ? value : undefined;
}

function repairList(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 ? repairMembers(value) : undefined;
}

function repairMembers(schemas: readonly unknown[]): readonly unknown[] {
  return sameIfEqual(schemas, schemas.map(repairMember));
}

function repairNamed(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  let repaired: Map<string, unknown> | undefined;
  for (const name in value) {
    const schema = repairMember(value[name]);
    if (schema === value[name]) continue;
    repaired ??= new Map(Object.entries(value));
    repaired.set(name, schema);
  }
  return repaired === undefined ? value : Object.fromEntries(repaired);
}

/** Replaces an invalid schema by one that allows anything. The name of a type becomes a schema with that type. */
function repairMember(value: unknown): unknown {
  if (isRecord(value)) return repairSchema(value);
  if (typeof value === 'boolean') return value;
  const type = nameType(value);
  return type === undefined ? {} : { type };
}

function repairNumber(value: unknown): unknown {
  return isNumber(value) ? value : undefined;
}

function repairCount(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : undefined;
  return JSON.isRawJSON(value) ? value : undefined;
}

function repairText(value: unknown): unknown {
  return typeof value === 'string' ? value : undefined;
}

/** Numbers with a spelling that JavaScript would change are kept as raw JSON. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' || JSON.isRawJSON(value);
}

function readNames(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return [...new Set(value.filter((name): name is string => typeof name === 'string'))];
}

function sameIfEqual(value: readonly unknown[], repaired: readonly unknown[]): readonly unknown[] {
  return repaired.length === value.length && repaired.every((item, index) => item === value[index]) ? value : repaired;
}

const none: readonly string[] = [];

/** The names of the properties that are marked as required themselves, as in draft 3. */
function neededInDraft3({ properties }: JsonRecord): readonly string[] {
  if (!isRecord(properties)) return none;
  let needed: readonly string[] | undefined;
  for (const name in properties) {
    const property = properties[name];
    if (isRecord(property) && property.required === true) needed = [...(needed ?? none), name];
  }
  return needed ?? none;
}

/** Until draft 2019-09, `items` could be a list, and `additionalItems` was the schema of the items after it. */
function renameTuple(schema: JsonRecord, keywords: Map<string, unknown>): void {
  const items = keywords.get('items');
  if (!Array.isArray(items)) return;
  keywords.delete('items');
  if (items.length > 0 && !keywords.has('prefixItems')) keywords.set('prefixItems', items);
  const rest = repairAny(schema.additionalItems);
  keywords.delete('additionalItems');
  if (rest !== undefined) keywords.set('items', rest);
}

const bounds = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;

function hasDraft4Bound(schema: JsonRecord): boolean {
  return bounds.some(([exclusive]) => typeof schema[exclusive] === 'boolean');
}

/** In draft 4, an exclusive bound is a boolean beside the inclusive one. */
function moveBound(schema: JsonRecord, keywords: Map<string, unknown>, exclusive: string, inclusive: string): void {
  if (schema[exclusive] !== true || !keywords.has(inclusive)) return;
  keywords.set(exclusive, keywords.get(inclusive));
  keywords.delete(inclusive);
}
