import { inlineSchemaReferences } from '../lib/inline-schema-references.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../lib/json.ts';
import type { JsonSchema } from './request.ts';
import type { TranslationLog } from './translation.ts';
import { toValidSchema } from './valid-schema.ts';

const alternatives = ['anyOf', 'oneOf'] as const;
const combinators = [...alternatives, 'allOf'] as const;

/**
 * Converts the schema of a tool's arguments to a form that Claude and GPT accept: an object, without combinators at the
 * top level (Anthropic: "input_schema does not support oneOf, allOf, or anyOf at the top level"; OpenAI: "schema must
 * have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level"). The properties of all
 * branches are merged into one object.
 *
 * @param schema undefined if the tool takes no arguments
 * @param path the request member that holds the schema, for the notes
 * @returns the same object when nothing has to change
 */
export function toArgumentsSchema(schema: JsonSchema | undefined, path: string, notes: TranslationLog): JsonRecord {
  if (schema === undefined) return { type: 'object', properties: {} };
  const valid = toValidSchema(schema, path, notes);
  const resolved = refersAtTop(valid) ? inlineSchemaReferences(valid, notes.inlining).schema : valid;
  const used = combinators.filter((keyword) => resolved[keyword] !== undefined);
  const flat = joinBranches(resolved);
  if (used.length > 0)
    notes.changed(path, `This model does not support ${used.join(', ')} at the top level of a schema.`);
  return flat.type === 'object' ? flat : { ...flat, type: 'object' };
}

function refersAtTop(schema: JsonSchema): boolean {
  return schema.$ref !== undefined || combinators.some((keyword) => branchesOf(schema, keyword).some(refersAtTop));
}

function branchesOf(schema: JsonRecord, keyword: string): readonly JsonRecord[] {
  return readArray(schema[keyword]).filter(isRecord);
}

function joinBranches(schema: JsonRecord): JsonRecord {
  if (combinators.every((keyword) => schema[keyword] === undefined)) return schema;
  const { anyOf: _anyOf, oneOf: _oneOf, allOf: _allOf, properties, required, ...rest } = schema;
  const every = new Properties('allOf');
  const needed = new Set(readArray(required));
  every.addAll(properties);
  for (const branch of branchesOf(schema, 'allOf').map(joinBranches)) {
    every.addAll(branch.properties);
    for (const name of readArray(branch.required)) needed.add(name);
  }
  for (const keyword of alternatives) {
    const branches = branchesOf(schema, keyword).map(joinBranches);
    const either = new Properties('anyOf');
    for (const branch of branches) either.addAll(branch.properties);
    every.addAll(either.joined());
    for (const name of neededByAll(branches)) needed.add(name);
  }
  return { ...rest, properties: every.joined(), ...(needed.size > 0 && { required: [...needed] }) };
}

/** A property is required only if every alternative requires it, since any of them may be chosen. */
function neededByAll(branches: readonly JsonRecord[]): Iterable<unknown> {
  const [first, ...others] = branches.map((branch) => new Set(readArray(branch.required)));
  return others.reduce((common, names) => common.intersection(names), first ?? new Set());
}

/** Properties by name, with the distinct schemas that the branches give each of them. */
class Properties {
  readonly #schemas = new Map<string, Map<string, unknown>>();
  readonly #combinator: 'allOf' | 'anyOf';

  /** @param combinator joins several schemas of one property */
  constructor(combinator: 'allOf' | 'anyOf') {
    this.#combinator = combinator;
  }

  addAll(properties: unknown): void {
    for (const [name, schema] of Object.entries(readRecord(properties))) {
      const known = this.#schemas.get(name) ?? new Map<string, unknown>();
      this.#schemas.set(name, known.set(JSON.stringify(schema), schema));
    }
  }

  joined(): JsonRecord {
    return Object.fromEntries(
      [...this.#schemas].map(([name, known]) => {
        const [only, ...others] = known.values();
        return [name, others.length === 0 ? only : { [this.#combinator]: [only, ...others] }];
      }),
    );
  }
}
