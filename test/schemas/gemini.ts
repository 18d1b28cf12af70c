import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

/*
 * Holds what the gateway says against the schemas of the Gemini API.
 */

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

/** What is wrong with a value under one of the schemas; empty when nothing is. */
export function findGeminiErrors(schema: GeminiSchema, value: unknown): string[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
}

/** @throws Error that lists what is wrong with the value */
export function requireGeminiSchema(schema: GeminiSchema, value: unknown): void {
  const errors = findGeminiErrors(schema, value);
  if (errors.length > 0) throw new Error(`not a ${schema}:\n${errors.join('\n')}\n${JSON.stringify(value)}`);
}

/** Holds each chunk of a stream against its schema; the last one is to end it. */
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
