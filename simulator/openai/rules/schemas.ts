import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, isRecord, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';

/** The schema's owner in the vendor's messages, and the member that contains the schema. */
export type SchemaOwner = { readonly of: string; readonly path: string; readonly code: string | null };

/**
 * Checks a schema for a function or an answer: the top level must be an object, arrays need `items`, and patterns must not
 * have lookaround or properties of characters. Strict schemas must be closed and require every property.
 */
export function checkSchema(schema: unknown, strict: boolean, owner: SchemaOwner): Refusal | null {
  if (schema === undefined || schema === null) return null;
  const { type } = asRecord(schema);
  if (type !== 'object') {
    return invalid(owner, `schema must be a JSON Schema of 'type: "object"', got 'type: ${quoteType(type)}'.`);
  }
  return checkInside(schema, strict, [], owner);
}

function quoteType(type: unknown): string {
  return type === undefined || type === null ? '"None"' : JSON.stringify(type);
}

function invalid({ of, path, code }: SchemaOwner, problem: string): Refusal {
  return invalidRequest(`Invalid schema for ${of}: ${problem}`, path, code ?? undefined);
}

function checkInside(held: unknown, strict: boolean, at: readonly string[], owner: SchemaOwner): Refusal | null {
  if (!isRecord(held)) return null;
  const context = `In context=(${at.map((step) => `'${step}'`).join(', ')}${at.length === 1 ? ',' : ''})`;
  if (held.type === 'array' && held.items === undefined)
    return invalid(owner, `${context}, array schema missing items.`);
  if (typeof held.pattern === 'string' && /\(\?<?[=!]|\\p\{/.test(held.pattern))
    return invalid(owner, `${JSON.stringify(held.pattern)} is not a 'regex'.`);
  const closed = strict ? checkClosed(held, context, owner) : null;
  return (
    closed ??
    firstRefusal(Object.entries(asRecord(held.properties)), ([name, inner]) =>
      checkInside(inner, strict, [...at, 'properties', name], owner),
    ) ??
    firstRefusal(
      [...Object.entries(asRecord(held.$defs)), ...Object.entries(asRecord(held.definitions))],
      ([name, inner]) => checkInside(inner, strict, [...at, '$defs', name], owner),
    ) ??
    (held.items === undefined ? null : checkInside(held.items, strict, [...at, 'items'], owner)) ??
    firstRefusal(asArray(held.anyOf), (inner, index) =>
      checkInside(inner, strict, [...at, 'anyOf', String(index)], owner),
    )
  );
}

/** Keywords that a strict schema must not contain. */
const looseWords = ['allOf', 'not', 'dependentRequired', 'dependentSchemas', 'if', 'then', 'else', 'oneOf'] as const;

function checkClosed(schema: JsonRecord, context: string, owner: SchemaOwner): Refusal | null {
  const word = looseWords.find((name) => schema[name] !== undefined);
  if (word !== undefined) return invalid(owner, `${context}, '${word}' is not permitted.`);
  const isObject = schema.type === 'object' || (Array.isArray(schema.type) && schema.type.includes('object'));
  if (!isObject) return null;
  if (schema.additionalProperties !== false) {
    return invalid(owner, `${context}, 'additionalProperties' is required to be supplied and to be false.`);
  }
  const required = new Set(asArray(schema.required));
  const missing = Object.keys(asRecord(schema.properties)).find((name) => !required.has(name));
  return missing === undefined
    ? null
    : invalid(
        owner,
        `${context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`,
      );
}
