import type { Vendor } from '../answer/models.ts';
import { invalidRequest, type Refusal } from '../answer/prompt.ts';
import { asArray, asRecord, isRecord, type JsonRecord } from '../json.ts';

const refusedWords: ReadonlySet<string> = new Set(['$schema', '$ref']);

/** Refuses `$schema` and `$ref` in the tools of a chat-completions payload, in the vendor's words. */
export function checkToolSchemas(payload: JsonRecord, vendor: Vendor): Refusal | null {
  for (const [index, tool] of asArray(payload.tools).entries()) {
    const described = asRecord(asRecord(tool).function);
    const refusal = checkToolSchema(described.parameters, index, String(described.name), vendor);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Refuses `$schema` and `$ref` in the schema of one tool. */
export function checkToolSchema(schema: unknown, index: number, name: string, vendor: Vendor): Refusal | null {
  const word = findWord(schema);
  if (word === null) return null;
  switch (vendor) {
    case 'anthropic':
      return invalidRequest(
        `tools.${index}.custom.input_schema: JSON schema is invalid: ${word} is not supported`,
        'tools',
      );
    case 'openai':
      return invalidRequest(
        `Invalid schema for function '${name}': ${word} is not permitted.`,
        `tools[${index}].function.parameters`,
        'invalid_function_parameters',
      );
    case 'google':
      return invalidRequest(
        `Invalid JSON payload received. Unknown name "${word}" at 'tools[0].function_declarations[${index}].parameters': Cannot find field.`,
      );
  }
}

function findWord(schema: unknown): string | null {
  if (Array.isArray(schema)) return firstWord(schema);
  if (!isRecord(schema)) return null;
  return Object.keys(schema).find((key) => refusedWords.has(key)) ?? firstWord(Object.values(schema));
}

function firstWord(schemas: readonly unknown[]): string | null {
  for (const schema of schemas) {
    const word = findWord(schema);
    if (word !== null) return word;
  }
  return null;
}
