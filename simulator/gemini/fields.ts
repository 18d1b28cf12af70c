import { isRecord, type JsonRecord } from '../json.ts';

/** Type of a field: an unchecked value, a message, a list or map of messages, or any JSON object. */
type FieldType =
  | { readonly kind: 'value' }
  | { readonly kind: 'values' }
  | { readonly kind: 'struct' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'message' | 'list' | 'map'; readonly name: string };

type Fields = Readonly<Record<string, FieldType>>;

const value: FieldType = { kind: 'value' };
const values: FieldType = { kind: 'values' };
const struct: FieldType = { kind: 'struct' };
const bytes: FieldType = { kind: 'bytes' };
const one = (name: string): FieldType => ({ kind: 'message', name });
const list = (name: string): FieldType => ({ kind: 'list', name });

/** Several fields of one type. */
function all(type: FieldType, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, type]));
}

const schemaFields: Fields = {
  ...all(value, 'type', 'format', 'title', 'description', 'nullable', 'default', 'minItems', 'maxItems', 'example'),
  ...all(value, 'minProperties', 'maxProperties', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern'),
  ...all(values, 'enum', 'required', 'propertyOrdering'),
  items: one('Schema'),
  anyOf: list('Schema'),
  properties: { kind: 'map', name: 'Schema' },
};

/** The messages of a request, as published by Vertex. Fields may be in camel case or snake case. */
const messages: Readonly<Record<string, Fields>> = {
  GenerateContentRequest: {
    contents: list('Content'),
    systemInstruction: one('Content'),
    tools: list('Tool'),
    toolConfig: one('ToolConfig'),
    generationConfig: one('GenerationConfig'),
    safetySettings: values,
    labels: struct,
    cachedContent: value,
  },
  Content: { role: value, parts: list('Part') },
  Part: {
    ...all(value, 'text', 'thought', 'videoMetadata', 'mediaResolution', 'executableCode', 'codeExecutionResult'),
    thoughtSignature: bytes,
    inlineData: one('Blob'),
    fileData: one('FileData'),
    functionCall: one('FunctionCall'),
    functionResponse: one('FunctionResponse'),
  },
  Blob: { mimeType: value, data: bytes, displayName: value },
  FileData: all(value, 'mimeType', 'fileUri', 'displayName'),
  FunctionCall: { id: value, name: value, args: struct },
  FunctionResponse: { id: value, name: value, response: struct, parts: list('FunctionResponsePart') },
  FunctionResponsePart: { inlineData: one('Blob'), fileData: one('FileData') },
  Tool: {
    functionDeclarations: list('FunctionDeclaration'),
    ...all(value, 'googleSearch', 'googleSearchRetrieval', 'codeExecution', 'urlContext', 'retrieval'),
  },
  FunctionDeclaration: {
    ...all(value, 'name', 'description', 'parametersJsonSchema', 'responseJsonSchema', 'behavior'),
    parameters: one('Schema'),
    response: one('Schema'),
  },
  ToolConfig: { functionCallingConfig: one('FunctionCallingConfig'), retrievalConfig: value },
  FunctionCallingConfig: { mode: value, allowedFunctionNames: values },
  GenerationConfig: {
    ...all(value, 'temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'responseMimeType', 'seed'),
    ...all(value, 'presencePenalty', 'frequencyPenalty', 'responseLogprobs', 'logprobs', 'responseJsonSchema'),
    ...all(value, 'audioTimestamp', 'mediaResolution', 'speechConfig', 'routingConfig', 'enableAffectiveDialog'),
    ...all(values, 'stopSequences', 'responseModalities'),
    responseSchema: one('Schema'),
    thinkingConfig: one('ThinkingConfig'),
  },
  ThinkingConfig: all(value, 'includeThoughts', 'thinkingBudget', 'thinkingLevel'),
  Schema: schemaFields,
};

/** `functionCall` as `function_call`, the form in the vendor's error messages. */
function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `function_call` as `functionCall`. */
function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Finds the invalid parts of a JSON body and returns the vendor's messages, one line each: unknown fields, a list in
 * place of a single value or vice versa, invalid base64. `rejected` are names that count as unknown.
 */
export function findFieldFaults(body: JsonRecord, rejected: ReadonlySet<string>): readonly string[] {
  const faults: string[] = [];
  visit(body, 'GenerateContentRequest', '', faults, rejected);
  return faults;
}

/** The same for one schema at `path`. */
export function findSchemaFaults(schema: unknown, path: string, rejected: ReadonlySet<string>): readonly string[] {
  const faults: string[] = [];
  visit(schema, 'Schema', path, faults, rejected);
  return faults;
}

function visit(held: unknown, name: string, path: string, faults: string[], rejected: ReadonlySet<string>): void {
  if (!isRecord(held)) {
    faults.push(
      `Invalid value at '${path}' (type.googleapis.com/google.cloud.aiplatform.v1.${name}), ${JSON.stringify(held)}`,
    );
    return;
  }
  const fields = messages[name] ?? {};
  for (const [member, inner] of Object.entries(held)) {
    const field = Object.hasOwn(fields, toCamelCase(member)) ? fields[toCamelCase(member)] : undefined;
    if (field === undefined || rejected.has(member) || rejected.has(toCamelCase(member))) {
      const place = path === '' ? '' : ` at '${path}'`;
      faults.push(`Invalid JSON payload received. Unknown name "${member}"${place}: Cannot find field.`);
    } else if (inner !== null) {
      visitField(inner, field, path === '' ? toSnakeCase(member) : `${path}.${toSnakeCase(member)}`, faults, rejected);
    }
  }
}

function visitField(
  held: unknown,
  field: FieldType,
  path: string,
  faults: string[],
  rejected: ReadonlySet<string>,
): void {
  switch (field.kind) {
    case 'value':
      if (Array.isArray(held)) {
        faults.push(
          `Invalid JSON payload received. Unknown name "${path.split('.').at(-1)}" at '${path}': Proto field is not repeating, cannot start list.`,
        );
      }
      return;
    case 'values':
    case 'list':
      if (!Array.isArray(held)) faults.push(`Invalid value at '${path}' (repeated), ${JSON.stringify(held)}`);
      else if (field.kind === 'list') {
        for (const [index, item] of held.entries()) visit(item, field.name, `${path}[${index}]`, faults, rejected);
      }
      return;
    case 'struct':
      if (!isRecord(held)) {
        faults.push(`Invalid value at '${path}' (type.googleapis.com/google.protobuf.Struct), ${JSON.stringify(held)}`);
      }
      return;
    case 'bytes':
      if (typeof held !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(held)) {
        faults.push(`Invalid value at '${path}' (TYPE_BYTES), Base64 decoding failed for ${JSON.stringify(held)}`);
      }
      return;
    case 'map':
      if (!isRecord(held)) {
        faults.push(`Invalid value at '${path}' (map), ${JSON.stringify(held)}`);
        return;
      }
      for (const [index, item] of Object.values(held).entries()) {
        visit(item, field.name, `${path}[${index}].value`, faults, rejected);
      }
      return;
    case 'message':
      visit(held, field.name, path, faults, rejected);
  }
}
