import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

/* Validates the gateway's answers against the schemas of the Gemini API. */

export type GeminiSchema =
  | 'StreamChunk'
  | 'FinalResponse'
  | 'CountTokensResponse'
  | 'ListModelsResponse'
  | 'Model'
  | 'HttpError'
  | 'ErrorResponse'
  | 'GenerateContentRequest';

const fixture = new URL('../fixtures/gemini-schemas.json', import.meta.url);
const validators = new Map<GeminiSchema, ValidateFunction>();
let ajv: Ajv2020 | undefined;

/** The errors of a value according to one of the schemas; empty if it is valid. */
export function findGeminiErrors(schema: GeminiSchema, value: unknown): string[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
}

/** @throws Error that lists the value's errors */
export function requireGeminiSchema(schema: GeminiSchema, value: unknown): void {
  const errors = findGeminiErrors(schema, value);
  if (errors.length > 0) throw new Error(`not a ${schema}:\n${errors.join('\n')}\n${JSON.stringify(value)}`);
}

/** Validates each chunk of a stream. The last one must end the stream. */
export function requireGeminiStream(chunks: readonly unknown[]): void {
  for (const [index, chunk] of chunks.entries()) {
    requireGeminiSchema(index === chunks.length - 1 ? 'FinalResponse' : 'StreamChunk', chunk);
  }
}

function validatorOf(schema: GeminiSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema(Object(JSON.parse(readFileSync(fixture, 'utf8'))));
  }
  const validate = ajv.compile({ $ref: `gemini-schemas.json#/$defs/${schema}` });
  validators.set(schema, validate);
  return validate;
}
