import type { ConversationRequest, FunctionTool, ToolChoice } from '../../conversation/request.ts';
import { choiceAmongSent } from '../../conversation/tool-choice.ts';
import type { ToolNames } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { encodeSchema } from './encode-schema.ts';
import { geminiName } from './name.ts';

/** Encodes `tools` and `toolConfig`. Without tools, neither of them is present. */
export function encodeTools(request: ConversationRequest, names: ToolNames, notes: TranslationLog): JsonRecord {
  const functions: JsonRecord[] = [];
  const own: JsonRecord[] = [];
  const declared = new Set<string>();
  const choice = choiceAmongSent(request, geminiName, notes);
  // In the mode `auto`, Gemini does not support a list of allowed functions, so others are not declared.
  const allowed = choice?.type === 'allowed' && choice.mode === 'auto' ? new Set(choice.names) : undefined;
  for (const [index, tool] of request.tools.entries()) {
    const path = `tools[${index}]`;
    if (tool.type === 'vendor') {
      if (tool.dialect === geminiName) own.push(tool.value);
      else notes.dropped(path, `This model does not support the tool ${tool.name}.`);
    } else if (declared.has(tool.name)) {
      notes.dropped(path, 'The function is declared twice; the first declaration is used.');
    } else if (allowed?.has(tool.name) !== false) {
      declared.add(tool.name);
      functions.push(encodeFunction(tool, path, names, notes));
    }
  }
  if (request.parallelToolCalls === false && functions.length > 0) {
    notes.dropped('parallel_tool_calls', 'Gemini does not support disabling parallel calls.');
  }
  const tools = [...(functions.length > 0 ? [{ functionDeclarations: functions }] : []), ...own];
  const toolConfig = encodeToolConfig(request, choice, names, declared);
  return { ...(tools.length > 0 && { tools }), ...withoutUndefined({ toolConfig }) };
}

function encodeFunction(tool: FunctionTool, path: string, names: ToolNames, notes: TranslationLog): JsonRecord {
  if (tool.strict === true) notes.dropped(`${path}.strict`, 'Gemini does not enforce schemas of arguments.');
  if (tool.cacheBreakpoint !== undefined) notes.dropped(`${path}.cache_control`, 'Gemini caches automatically.');
  const parameters = tool.parameters && encodeSchema(tool.parameters, `${path}.parameters`, notes);
  return {
    ...vendorMembersOf(tool.vendor, geminiName),
    name: names.toVendor(tool.name),
    ...withoutUndefined({ description: tool.description }),
    ...(parameters && hasArguments(parameters) && { parametersJsonSchema: { type: 'object', ...parameters } }),
  };
}

/** False for a function without arguments, whose schema is omitted because Gemini rejects empty objects. */
function hasArguments(schema: JsonRecord): boolean {
  const { type, properties, additionalProperties, ...others } = schema;
  if (isRecord(properties) && Object.keys(properties).length > 0) return true;
  const free = additionalProperties !== undefined && additionalProperties !== false;
  return free || (type !== undefined && type !== 'object') || others.anyOf !== undefined;
}

function encodeToolConfig(
  request: ConversationRequest,
  choice: ToolChoice | undefined,
  names: ToolNames,
  declared: ReadonlySet<string>,
): JsonRecord | undefined {
  const { functionCallingConfig, ...own } = readRecord(vendorMembersOf(request.vendor, geminiName).toolConfig);
  // Members that the neutral language does not cover take precedence.
  const calling =
    declared.size === 0 ? {} : { ...encodeChoice(choice, names, declared), ...readRecord(functionCallingConfig) };
  const config = { ...own, ...(Object.keys(calling).length > 0 && { functionCallingConfig: calling }) };
  return Object.keys(config).length > 0 ? config : undefined;
}

function encodeChoice(choice: ToolChoice | undefined, names: ToolNames, declared: ReadonlySet<string>): JsonRecord {
  if (choice === undefined) return {};
  if (choice.type !== 'tool' && choice.type !== 'allowed') return { mode: modes[choice.type] };
  if (choice.type === 'allowed' && choice.mode === 'auto') return { mode: 'AUTO' };
  // Gemini rejects undeclared names.
  const wanted = (choice.type === 'tool' ? [choice.name] : choice.names).filter((name) => declared.has(name));
  return {
    mode: 'ANY',
    ...(wanted.length > 0 && { allowedFunctionNames: wanted.map((name) => names.toVendor(name)) }),
  };
}

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const;
