import type { AnswerTransformMaker } from '../../conversation/answer-transform.ts';
import { toArgumentsSchema } from '../../conversation/arguments-schema.ts';
import { toPlainIdentifier } from '../../conversation/plain-identifier.ts';
import type { FunctionTool, ResponseFormat } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { createAnswerUnwrapper, isObjectSchema, wrapAnswerSchema } from '../../conversation/wrap-answer-schema.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { adaptSchema } from './adapt-schema.ts';

/*
 * What OpenAI's APIs require of JSON Schemas
 * (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas): an object at the top level, `items` in
 * every array, and simple patterns. In strict schemas, every object must be closed and require all of its properties.
 */

/**
 * Converts a function's schema to one that OpenAI accepts.
 *
 * @param path the tool's path in the request, for the notes
 * @returns the same object if nothing has to change
 */
export function toOpenaiFunction(tool: FunctionTool, path: string, notes: TranslationLog): FunctionTool {
  if (tool.parameters === undefined) return tool;
  const notePattern = patternNoter(`${path}.parameters`, notes);
  const parameters = adaptSchema(toArgumentsSchema(tool.parameters, `${path}.parameters`, notes), notePattern);
  const strict = tool.strict === true && !canBeStrict(parameters) ? false : tool.strict;
  if (strict !== tool.strict) notes.changed(`${path}.strict`, notStrict);
  if (parameters === tool.parameters && strict === tool.strict) return tool;
  return { ...tool, parameters, ...withoutUndefined({ strict }) };
}

/**
 * Converts a response format to one that OpenAI accepts.
 *
 * @returns the same object if nothing has to change
 */
export function toOpenaiFormat(format: ResponseFormat, path: string, notes: TranslationLog): ResponseFormat {
  if (format.type !== 'json-schema' || format.schema === undefined) return format;
  const name = toPlainIdentifier(format.name);
  const object = isObjectSchema(format.schema) ? format.schema : wrapAnswerSchema(format.schema);
  const schema = adaptSchema(object, patternNoter(path, notes));
  const strict = format.strict === true && !canBeStrict(schema) ? false : format.strict;
  if (strict !== format.strict) notes.changed(path, notStrict);
  if (name === format.name && schema === format.schema && strict === format.strict) return format;
  return { ...format, name, schema, ...withoutUndefined({ strict }) };
}

/** Extracts the answer from the object that `toOpenaiFormat` wrapped it in; undefined if it did not wrap the schema. */
export function formatUnwrapperFor(format: ResponseFormat | undefined): AnswerTransformMaker | undefined {
  if (format?.type !== 'json-schema' || format.schema === undefined || isObjectSchema(format.schema)) return undefined;
  return createAnswerUnwrapper;
}

/** @returns a function that adds its note once, however often it is called */
function patternNoter(path: string, notes: TranslationLog): () => void {
  let isNoted = false;
  return () => {
    if (!isNoted) notes.changed(path, 'OpenAI does not support some of its patterns, which were left out.');
    isNoted = true;
  };
}

const notStrict = 'Strict mode does not support this schema. The model gets it, but it is not enforced.';

/** Keywords that strict schemas do not support. */
const unsupportedKeywords = [
  ...['allOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas', 'patternProperties'],
] as const;

function canBeStrict(schema: JsonRecord): boolean {
  if (unsupportedKeywords.some((keyword) => schema[keyword] !== undefined)) return false;
  if (
    schema.type === undefined &&
    ['anyOf', '$ref', 'enum', 'const'].every((keyword) => schema[keyword] === undefined)
  ) {
    return false;
  }
  const properties = readRecord(schema.properties);
  const isObject = schema.type === 'object' || readArray(schema.type).includes('object');
  if (isObject) {
    const required = new Set(readArray(schema.required));
    const open = schema.additionalProperties !== false;
    if (open || Object.keys(properties).some((name) => !required.has(name))) return false;
  }
  const inner = [properties, schema.$defs, schema.definitions].flatMap((named) => Object.values(readRecord(named)));
  return [...inner, schema.items, ...readArray(schema.anyOf)].every((value) => !isRecord(value) || canBeStrict(value));
}
