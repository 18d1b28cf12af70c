import type { FunctionTool, ResponseFormat, Tool, ToolChoice } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, readRecord } from '../../lib/json.ts';
import { shorten } from '../../lib/shorten.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ShapeReader } from '../dialect.ts';
import { customToFunction, customToolSchema } from '../openai/custom-tools.ts';
import { toFlatTool } from '../openai/flat-tool.ts';
import { inlineReferences } from '../openai/inline-references.ts';
import { requireShallow } from '../openai/parse-body.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { readCacheMark } from './cache-mark.ts';
import { readPlainTool } from './read-plain.ts';
import { flatToolSchema, toolSchema, type WireFunction, type WireRequest, type WireResponseFormat } from './schema.ts';
import { noteUnknownMembers } from './unknown-members.ts';

export interface DecodedTools {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /** True if all members about tools can be sent to the upstream unchanged. */
  readonly plain: boolean;
  /** The names of the tools that take free text, which are functions for the model. */
  readonly customTools: ReadonlySet<string>;
  /** True if the client uses the legacy `functions`, in which case the answer must use them as well. */
  readonly legacy: boolean;
}

type ToolMembers = Pick<WireRequest, 'tools' | 'tool_choice' | 'parallel_tool_calls' | 'functions' | 'function_call'>;

/**
 * Decodes the request's members about tools.
 *
 * @param writtenChoice `tool_choice` as the client wrote it
 * @param foreign readers for tools in other dialects' formats
 * @throws Failure that names the invalid member
 */
export function decodeTools(
  wire: ToolMembers,
  writtenChoice: unknown,
  notes: TranslationLog,
  foreign: readonly ShapeReader[] = [],
): DecodedTools {
  const functions = wire.functions ?? [];
  if (!wire.tools && functions.length > 0) return decodeFunctions(wire, functions, notes);
  const tools: Tool[] = [];
  const customTools = new Set<string>();
  let plain = wire.functions === undefined && wire.function_call === undefined && wire.tools?.length !== 0;
  for (const [index, value] of (wire.tools ?? []).entries()) {
    const plainTool = readPlainTool(value);
    const tool = decodeTool(value, plainTool, `tools[${index}]`, { notes, foreign, customTools });
    if (tool !== plainTool) plain = false;
    tools.push(tool);
  }
  const toolChoice = wire.tool_choice ?? undefined;
  checkToolChoice(toolChoice, tools, 'tool_choice');
  if (tools.length === 0) {
    plain &&= toolChoice === undefined && typeof wire.parallel_tool_calls !== 'boolean';
    return { tools, customTools, plain, legacy: false };
  }
  return {
    tools,
    customTools,
    ...withoutUndefined({ toolChoice }),
    ...readParallel(wire, writtenChoice),
    plain: plain && (toolChoice === undefined || isPlainToolChoice(writtenChoice)),
    legacy: false,
  };
}

const noTools: ReadonlySet<string> = new Set();
/** The tools of a request whose tools are decoded elsewhere. */
export const noDecodedTools: DecodedTools = { tools: [], customTools: noTools, plain: false, legacy: false };

interface ToolContext {
  readonly notes: TranslationLog;
  readonly foreign: readonly ShapeReader[];
  /** Gets the names of custom tools. */
  readonly customTools: Set<string>;
}

/** @param plain the tool, if it has the plain form @returns the same if nothing in it has to change */
function decodeTool(value: unknown, plain: FunctionTool | undefined, path: string, context: ToolContext): Tool {
  const { notes, foreign, customTools } = context;
  if (plain !== undefined) {
    const known = takesNothing(plain) ? readForeignTool(value, path, foreign) : undefined;
    return known ?? cleanTool(plain, path, notes);
  }
  const custom = decodeCustomTool(value, path);
  if (custom !== undefined) {
    customTools.add(custom.name);
    return custom;
  }
  const tool = readForeignTool(value, path, foreign) ?? decodeFunctionTool(value, path, notes);
  return tool.type === 'function' ? cleanTool(tool, path, notes) : tool;
}

/** True for a function that may stand for a vendor's own tool. */
function takesNothing({ parameters }: FunctionTool): boolean {
  return Object.keys(readRecord(parameters?.properties)).length === 0;
}

/** @returns undefined for other tools */
function decodeCustomTool(value: unknown, path: string): FunctionTool | undefined {
  if (!isRecord(value) || value.type !== 'custom') return undefined;
  const tool = parseParameter(customToolSchema, toFlatTool(value), isRecord(value.custom) ? `${path}.custom` : path);
  return customToFunction(tool.name, tool);
}

function readForeignTool(value: unknown, path: string, foreign: readonly ShapeReader[]): Tool | undefined {
  if (!isRecord(value)) return undefined;
  for (const reader of foreign) {
    const tool = reader.readTool(value, path);
    if (tool !== undefined) return tool;
  }
  return undefined;
}

/** Reads `parallel_tool_calls`, or Anthropic's `disable_parallel_tool_use` in the tool choice. */
function readParallel(wire: ToolMembers, writtenChoice: unknown): Pick<DecodedTools, 'parallelToolCalls'> {
  if (typeof wire.parallel_tool_calls === 'boolean') return { parallelToolCalls: wire.parallel_tool_calls };
  const disabled = isRecord(writtenChoice) ? writtenChoice.disable_parallel_tool_use : undefined;
  return typeof disabled === 'boolean' ? { parallelToolCalls: !disabled } : {};
}

function decodeFunctions(wire: ToolMembers, functions: readonly WireFunction[], notes: TranslationLog): DecodedTools {
  const tools = functions.map((declared, index) =>
    cleanTool(decodeFunction(declared), `functions[${index}]`, notes, ''),
  );
  const choice = wire.function_call;
  const toolChoice: ToolChoice | undefined = choice
    ? typeof choice === 'string'
      ? { type: choice }
      : { type: 'tool', name: choice.name }
    : undefined;
  checkToolChoice(toolChoice, tools, 'function_call');
  // The legacy format allows only one call per answer.
  return {
    tools,
    customTools: noTools,
    ...(toolChoice && { toolChoice }),
    parallelToolCalls: false,
    plain: false,
    legacy: true,
  };
}

function decodeFunctionTool(value: unknown, parameter: string, notes: TranslationLog): FunctionTool {
  if (isRecord(value) && typeof value.type === 'string' && value.type !== 'function') {
    const message = `Tools of type '${shorten(value.type)}' are not supported. Supported values are: 'function' and 'custom'.`;
    throw invalidParameter(`${parameter}.type`, 'unsupported-value', message);
  }
  if (isRecord(value) && value.function === undefined && value.name !== undefined) {
    // MCP's name of the parameters.
    const { inputSchema, ...own } = value;
    const flat = isRecord(inputSchema) && own.parameters === undefined ? { ...own, parameters: inputSchema } : value;
    const wire = parseParameter(flatToolSchema, flat, parameter);
    noteUnknownMembers(wire, parameter, flatMembers, notes);
    return withCacheMark(decodeFunction(wire), wire.cache_control);
  }
  const wire = parseParameter(toolSchema, value, parameter);
  noteUnknownMembers(wire, parameter, toolMembers, notes);
  noteUnknownMembers(wire.function, `${parameter}.function`, functionMembers, notes);
  return withCacheMark(decodeFunction(wire.function), wire.cache_control ?? wire.function.cache_control);
}

function withCacheMark(tool: FunctionTool, mark: unknown): FunctionTool {
  return isRecord(mark) ? { ...tool, cacheBreakpoint: readCacheMark(mark) } : tool;
}

function decodeFunction(declared: WireFunction): FunctionTool {
  return {
    type: 'function',
    name: declared.name,
    ...(typeof declared.description === 'string' && { description: declared.description }),
    ...(declared.parameters && { parameters: declared.parameters }),
    ...(typeof declared.strict === 'boolean' && { strict: declared.strict }),
  };
}

/** Inlines references in a tool's schema. @returns the same object if nothing has to change */
function cleanTool(tool: FunctionTool, parameter: string, notes: TranslationLog, inner = '.function'): FunctionTool {
  if (tool.parameters === undefined) return tool;
  const path = `${parameter}${inner}.parameters`;
  requireShallow(tool.parameters, path);
  return inlineReferences(tool, path, notes);
}

function checkToolChoice(choice: ToolChoice | undefined, tools: readonly Tool[], parameter: string): void {
  if (choice === undefined || choice.type === 'auto' || choice.type === 'none') return;
  if (tools.length === 0) {
    const message = `'${parameter}' is only allowed when 'tools' are specified.`;
    throw invalidParameter(parameter, 'unsupported-value', message);
  }
  if (!('name' in choice || 'names' in choice)) return;
  const known = new Set(tools.map((tool) => tool.name));
  const missing = ('name' in choice ? [choice.name] : choice.names).find((name) => !known.has(name));
  if (missing === undefined) return;
  const message = `Invalid '${parameter}': the tool '${shorten(missing)}' is not among the request's tools.`;
  throw invalidParameter(parameter, 'unsupported-value', message);
}

const ownModes: ReadonlySet<string> = new Set(['none', 'auto', 'required']);

function isPlainToolChoice(choice: unknown): boolean {
  if (typeof choice === 'string') return ownModes.has(choice);
  if (!isRecord(choice) || choice.type !== 'function' || Object.keys(choice).length !== 2) return false;
  return isRecord(choice.function) && Object.keys(choice.function).length === 1;
}

export function decodeResponseFormat(format: WireResponseFormat): ResponseFormat {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') {
    if (!isRecord(format.schema)) return { type: 'json' };
    requireShallow(format.schema, 'response_format.schema');
    return { type: 'json-schema', name: 'answer', schema: format.schema };
  }
  const { name, description, schema, strict } = format.json_schema;
  requireShallow(schema, 'response_format.json_schema.schema');
  return {
    type: 'json-schema',
    name,
    ...(typeof description === 'string' && { description }),
    ...(schema && { schema }),
    ...(typeof strict === 'boolean' && { strict }),
  };
}

/** True if a response format has no members other than those that `decodeResponseFormat` reads. */
export function isPlainResponseFormat(format: WireResponseFormat): boolean {
  if (format.type !== 'json_schema') return Object.keys(format).length === 1;
  const { name: _, description, schema, strict } = format.json_schema;
  const read = [description, schema, strict].filter((member) => member !== undefined && member !== null).length;
  return Object.keys(format).length === 2 && Object.keys(format.json_schema).length === 1 + read;
}

/** A `name` next to `function` repeats the function's name. */
const toolMembers: ReadonlySet<string> = new Set(['type', 'function', 'name', 'cache_control']);
const functionMembers: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict', 'cache_control']);
const flatMembers: ReadonlySet<string> = new Set(['type', ...functionMembers]);
