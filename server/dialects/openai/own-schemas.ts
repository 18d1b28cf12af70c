import type { AnswerTransformMaker } from '../../conversation/answer-transform.ts';
import { toArgumentsSchema } from '../../conversation/arguments-schema.ts';
import { toPlainIdentifier } from '../../conversation/plain-identifier.ts';
import type { FunctionTool, ResponseFormat } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { createAnswerUnwrapper, isObjectSchema, wrapAnswerSchema } from '../../conversation/wrap-answer-schema.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { completeArrays } from './complete-arrays.ts';

/*
 * What OpenAI's APIs want of JSON Schemas (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas): an
 * object at the top, arrays that say what they hold, and of strict ones that every object is closed and needs all of its
 * properties.
 */

/**
 * The function with a schema that OpenAI takes.
 *
 * @param path the tool's place in the request, for the notes
 * @returns the tool itself when nothing has to be changed
 */
export function toOwnFunction(tool: FunctionTool, path: string, notes: TranslationLog): FunctionTool {
  if (tool.parameters === undefined) return tool;
  const parameters = completeArrays(toArgumentsSchema(tool.parameters, `${path}.parameters`, notes));
  const strict = tool.strict === true && !canBeStrict(parameters) ? false : tool.strict;
  if (strict !== tool.strict) notes.changed(`${path}.strict`, notStrict);
  if (parameters === tool.parameters && strict === tool.strict) return tool;
  return { ...tool, parameters, ...(strict !== undefined && { strict }) };
}

/** @returns the format itself when nothing has to be changed */
export function toOwnFormat(format: ResponseFormat, path: string, notes: TranslationLog): ResponseFormat {
  if (format.type !== 'json-schema' || format.schema === undefined) return format;
  const name = toPlainIdentifier(format.name);
  const schema = completeArrays(isObjectSchema(format.schema) ? format.schema : wrapAnswerSchema(format.schema));
  const strict = format.strict === true && !canBeStrict(schema) ? false : format.strict;
  if (strict !== format.strict) notes.changed(path, notStrict);
  if (name === format.name && schema === format.schema && strict === format.strict) return format;
  return { ...format, name, schema, ...(strict !== undefined && { strict }) };
}

/** What takes the answer out of the object that `toOwnFormat` asks for; undefined when it asks for what the client wants. */
export function ownFormatUnwrapper(format: ResponseFormat | undefined): AnswerTransformMaker | undefined {
  if (format?.type !== 'json-schema' || format.schema === undefined || isObjectSchema(format.schema)) return undefined;
  return createAnswerUnwrapper;
}

const notStrict = 'A strict schema cannot say this: the model is told it, and nothing enforces it.';

/** Keywords that a strict schema cannot have. */
const looseKeywords = [
  ...['allOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas', 'patternProperties'],
] as const;

function canBeStrict(schema: JsonRecord): boolean {
  if (looseKeywords.some((keyword) => schema[keyword] !== undefined)) return false;
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
