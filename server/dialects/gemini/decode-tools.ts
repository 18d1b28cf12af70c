import type { FunctionTool, JsonSchema, Tool, ToolChoice } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { ownMembers } from './decode-parts.ts';
import { decodeSchema, isOpenapiSchema } from './decode-schema.ts';
import { encodeSchema } from './encode-schema.ts';
import { invalidArgument } from './invalid-argument.ts';
import { geminiName } from './name.ts';
import type { WireFunctionDeclaration, WireRequest } from './schema.ts';

export interface DecodedTools {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  /** Members of `toolConfig` that the neutral language does not cover. */
  readonly ownConfig: JsonRecord;
  /** True if the tools can be sent to Google unchanged. */
  readonly plain: boolean;
}

/** @throws Failure `invalid-request` for a function with two schemas */
export function decodeTools({ tools, toolConfig }: Pick<WireRequest, 'tools' | 'toolConfig'>): DecodedTools {
  const decoded: Tool[] = [];
  let plain = true;
  for (const [index, { functionDeclarations, ...others }] of (tools ?? []).entries()) {
    for (const [place, declaration] of (functionDeclarations ?? []).entries()) {
      decoded.push(decodeFunction(declaration, `tools[${index}].functionDeclarations[${place}]`));
      plain &&= isPlainDeclaration(declaration);
    }
    for (const [name, value] of Object.entries(others)) {
      if (value !== null) decoded.push({ type: 'vendor', dialect: geminiName, name, value: { [name]: value } });
    }
  }
  return { tools: decoded, ...decodeConfig(toolConfig), plain };
}

const declarationMembers: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);

function decodeFunction(declaration: WireFunctionDeclaration, path: string): FunctionTool {
  const { name, description, parameters, parametersJsonSchema } = declaration;
  if (parameters && parametersJsonSchema !== undefined && parametersJsonSchema !== null) {
    throw invalidArgument(path, `Invalid value at '${path}': parameters and parametersJsonSchema cannot be combined.`);
  }
  const schema = parameters ? decodeSchema(parameters) : readJsonSchema(parametersJsonSchema);
  const vendor = toVendorData(geminiName, ownMembers(declaration, declarationMembers));
  return {
    type: 'function',
    name,
    ...(typeof description === 'string' && { description }),
    ...withoutUndefined({ parameters: schema, vendor }),
  };
}

/** True for a declaration with a schema that Google accepts unchanged. */
function isPlainDeclaration({ parameters, parametersJsonSchema: schema }: WireFunctionDeclaration): boolean {
  if (parameters) return isOpenapiSchema(parameters);
  return schema === undefined || schema === null || isPlainJsonSchema(schema);
}

/** True for a JSON Schema that only has keywords supported by Gemini. */
export function isPlainJsonSchema(schema: JsonRecord | boolean): boolean {
  if (typeof schema === 'boolean') return false;
  return JSON.stringify(encodeSchema(schema, '', new TranslationLog())) === JSON.stringify(schema);
}

/** Reads a schema that may also be a boolean, which allows everything or nothing. */
export function readJsonSchema(schema: JsonRecord | boolean | null | undefined): JsonSchema | undefined {
  if (schema === null || schema === undefined) return undefined;
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  return schema;
}

const callingMembers: ReadonlySet<string> = new Set(['mode', 'allowedFunctionNames', 'streamFunctionCallArguments']);

function decodeConfig(config: WireRequest['toolConfig']): Pick<DecodedTools, 'toolChoice' | 'ownConfig'> {
  if (!config) return { ownConfig: {} };
  const { functionCallingConfig: calling, ...rest } = config;
  const own = ownMembers(rest, new Set());
  const mode = calling?.mode ?? 'MODE_UNSPECIFIED';
  const names = calling?.allowedFunctionNames ?? [];
  const members = {
    ...(calling && ownMembers(calling, callingMembers)),
    // In this mode, Gemini enforces the schemas of arguments.
    ...(mode === 'VALIDATED' && { mode, ...(names.length > 0 && { allowedFunctionNames: names }) }),
  };
  const toolChoice = readChoice(mode, names);
  return {
    ...withoutUndefined({ toolChoice }),
    ownConfig: { ...own, ...(Object.keys(members).length > 0 && { functionCallingConfig: members }) },
  };
}

function readChoice(mode: string, names: readonly string[]): ToolChoice | undefined {
  const [only] = names;
  switch (mode) {
    case 'NONE':
      return { type: 'none' };
    case 'ANY':
      if (only === undefined) return { type: 'required' };
      return names.length === 1 ? { type: 'tool', name: only } : { type: 'allowed', mode: 'required', names };
    case 'AUTO':
    case 'VALIDATED':
      return only === undefined ? { type: 'auto' } : { type: 'allowed', mode: 'auto', names };
    default:
      return undefined;
  }
}
