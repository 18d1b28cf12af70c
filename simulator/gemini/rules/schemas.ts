import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, isRecord, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { type GeminiRequest, inCamelCase } from '../request.ts';

/** Schemas in `parameters` and `responseSchema`: arrays need `items`, enums contain strings, and there is one type. */
export function checkSchemas({ declarations, settings, behaviour }: GeminiRequest): Refusal | null {
  const isEmptyTaken = behaviour['empty-parameters'] === 'accept';
  return (
    firstRefusal(declarations, ({ parameters, parametersJsonSchema }, index) => {
      const where = `GenerateContentRequest.tools[0].function_declarations[${index}]`;
      if (parameters === undefined) return null;
      if (parametersJsonSchema !== undefined) {
        return invalidRequest(
          `* ${where}.parameters_json_schema: parameters and parameters_json_schema are mutually exclusive.`,
        );
      }
      return checkSchema(parameters, `${where}.parameters`, isEmptyTaken);
    }) ?? checkResponseSchema(settings)
  );
}

function checkResponseSchema({ responseSchema, responseJsonSchema, responseMimeType }: JsonRecord): Refusal | null {
  const where = 'GenerateContentRequest.generation_config';
  if (responseSchema === undefined && responseJsonSchema === undefined) return null;
  if (responseSchema !== undefined && responseJsonSchema !== undefined) {
    return invalidRequest(
      `* ${where}.response_json_schema: response_schema and response_json_schema are mutually exclusive.`,
    );
  }
  if (responseMimeType !== 'application/json' && responseMimeType !== 'text/x.enum') {
    return invalidRequest(
      `* ${where}.response_schema: response_schema is only supported when response_mime_type is application/json`,
    );
  }
  return responseSchema === undefined ? null : checkSchema(responseSchema, `${where}.response_schema`, true);
}

const types: ReadonlySet<string> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);

function checkSchema(held: unknown, where: string, isEmptyTaken: boolean): Refusal | null {
  const schema = inCamelCase(asRecord(held));
  const type = asString(schema.type).toUpperCase();
  if (schema.type !== undefined && !types.has(type)) {
    return invalidRequest(
      `Invalid value at '${where.replace(/^GenerateContentRequest\./, '')}.type' (type.googleapis.com/google.cloud.aiplatform.v1.Type), ${JSON.stringify(schema.type)}`,
    );
  }
  const properties = asRecord(schema.properties);
  if (type === 'ARRAY' && !isRecord(schema.items)) return invalidRequest(`* ${where}.items: missing field.`);
  if (type === 'OBJECT' && Object.keys(properties).length === 0 && !isEmptyTaken) {
    return invalidRequest(`* ${where}.properties: should be non-empty for OBJECT type`);
  }
  const missing = asArray(schema.required).findIndex((name) => !Object.hasOwn(properties, asString(name)));
  if (missing !== -1) return invalidRequest(`* ${where}.required[${missing}]: property is not defined`);
  return (
    checkEnum(schema, type, where) ??
    firstRefusal(Object.entries(properties), ([name, inner]) =>
      checkSchema(inner, `${where}.properties[${name}]`, isEmptyTaken),
    ) ??
    (schema.items === undefined ? null : checkSchema(schema.items, `${where}.items`, isEmptyTaken)) ??
    firstRefusal(asArray(schema.anyOf), (inner, index) => checkSchema(inner, `${where}.any_of[${index}]`, isEmptyTaken))
  );
}

function checkEnum(schema: JsonRecord, type: string, where: string): Refusal | null {
  if (schema.enum === undefined) return null;
  const path = where.replace(/^GenerateContentRequest\./, '');
  const wrong = asArray(schema.enum).findIndex((item) => typeof item !== 'string');
  if (wrong !== -1) {
    return invalidRequest(
      `Invalid value at '${path}.enum[${wrong}]' (TYPE_STRING), ${JSON.stringify(asArray(schema.enum)[wrong])}`,
    );
  }
  if (type !== 'STRING' && type !== '') return invalidRequest(`* ${where}.enum: only allowed for STRING type`);
  const empty = asArray(schema.enum).indexOf('');
  return empty === -1 ? null : invalidRequest(`* ${where}.enum[${empty}]: cannot be empty`);
}
