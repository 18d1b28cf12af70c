import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/* Validates the gateway's answers against OpenAI's published schemas. */

export type OpenAiSchema =
  | 'CreateChatCompletionRequest'
  | 'CreateChatCompletionResponse'
  | 'CreateChatCompletionStreamResponse'
  | 'ListModelsResponse'
  | 'Model'
  | 'ErrorResponse';

const fixture = new URL('../fixtures/openai-schemas.json', import.meta.url);
const validators = new Map<OpenAiSchema, ValidateFunction>();
let ajv: Ajv | undefined;

/** The errors of a value according to one of OpenAI's schemas; empty if it is valid. */
export function findSchemaErrors(schema: OpenAiSchema, value: unknown): string[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
}

/** @throws Error that lists the value's errors */
export function requireOpenAiSchema(schema: OpenAiSchema, value: unknown): void {
  const errors = findSchemaErrors(schema, value);
  if (errors.length > 0) throw new Error(`not a ${schema}:\n${errors.join('\n')}\n${JSON.stringify(value)}`);
}

function validatorOf(schema: OpenAiSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  ajv ??= createAjv();
  const validate = ajv.compile({ $ref: `openai#/components/schemas/${schema}` });
  validators.set(schema, validate);
  return validate;
}

function createAjv(): Ajv {
  const created = new Ajv({ strict: false, allErrors: true });
  formats.default(created);
  created.addFormat('unixtime', { type: 'number', validate: (seconds: number) => Number.isInteger(seconds) });
  const document: unknown = JSON.parse(readFileSync(fixture, 'utf8'));
  created.addSchema({ $id: 'openai', ...Object(withoutNullable(document)) });
  return created;
}

/** Converts OpenAPI 3.0's `nullable: true`, which the document also contains, to JSON Schema. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...members } = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutNullable(member)]),
  );
  return nullable === true ? { anyOf: [members, { type: 'null' }] } : { ...members };
}
