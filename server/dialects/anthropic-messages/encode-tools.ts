import { toArgumentsSchema } from '../../conversation/arguments-schema.ts';
import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest, FunctionTool, Tool, ToolChoice } from '../../conversation/request.ts';
import type { ToolNames } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { distinctTools, toolsOfHistory } from './claude-tools.ts';
import { isClientTool } from './client-tools.ts';
import { type Block, cacheMarkOf } from './encode-part.ts';
import { anthropicMessages } from './name.ts';

/** The members of a tool that the routes accept. They reject all others. */
export const toolMembers: ReadonlySet<string> = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'cache_control',
]);
/** The members of the vendor's own tools that the routes reject. */
export const refusedToolMembers: ReadonlySet<string> = new Set(['custom', 'defer_loading']);

export interface EncodedTools {
  readonly tools: Block[];
  readonly toolChoice?: JsonRecord;
}

interface ToolContext {
  readonly names: ToolNames;
  readonly notes: TranslationLog;
  /** Types of the vendor's own tools that the route rejects. */
  readonly refusedTypes: ReadonlySet<unknown>;
}

/**
 * Encodes tools and the tool choice. Tools that the client does not allow are omitted, and duplicates are sent once. If
 * there are no tools but the history has calls, the called tools are declared so that they cannot be called.
 *
 * @throws Failure `invalid-request` if two different tools have the same name
 */
export function encodeTools(request: ConversationRequest, context: ToolContext): EncodedTools {
  const { names, notes } = context;
  const tools = allowedTools(distinctTools(request.tools, notes), request.toolChoice);
  const encoded: Block[] = [];
  for (const [index, tool] of tools.entries()) {
    const block = encodeTool(tool, `tools[${index}]`, context);
    if (block !== undefined) encoded.push(block);
  }
  if (encoded.length === 0) return declareCalledTools(request.messages, names, notes);
  const toolChoice = encodeToolChoice(request, encoded, names, notes);
  return { tools: encoded, ...withoutUndefined({ toolChoice }) };
}

/** Claude does not support a list of allowed tools, so other tools are omitted. */
function allowedTools(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  if (choice?.type !== 'allowed') return tools;
  const names = new Set(choice.names);
  return tools.filter((tool) => names.has(tool.name));
}

function encodeTool(tool: Tool, path: string, context: ToolContext): Block | undefined {
  const { names, notes, refusedTypes } = context;
  if (tool.type === 'function' && isClientTool(vendorMembersOf(tool.vendor, anthropicMessages)))
    return encodeClientTool(tool, path, context);
  if (tool.type === 'function') return encodeFunction(tool, path, names, notes);
  if (tool.dialect !== anthropicMessages || refusedTypes.has(tool.value.type)) {
    notes.dropped(path, `This model cannot run the tool ${tool.name}.`);
    return undefined;
  }
  const block = withoutRefused(tool.value, (member) => !refusedToolMembers.has(member), path, notes);
  if (isRecord(block.cache_control)) block.cache_control = { type: 'ephemeral' };
  return block;
}

/** Encodes a tool that Claude knows by its type, or the function that describes it if the route rejects the type. */
function encodeClientTool(tool: FunctionTool, path: string, { names, notes, refusedTypes }: ToolContext): Block {
  const { vendor, ...described } = tool;
  const members = vendorMembersOf(vendor, anthropicMessages);
  if (refusedTypes.has(members.type)) return encodeFunction(described, path, names, notes);
  const accepted = withoutRefused(members, (member) => !refusedToolMembers.has(member), path, notes);
  return { ...accepted, name: tool.name, ...cacheMarkOf(tool) };
}

function encodeFunction(tool: FunctionTool, path: string, names: ToolNames, notes: TranslationLog): Block {
  if (tool.strict === true)
    notes.dropped(`${path}.strict`, 'The route to this model does not enforce schemas of tools.');
  const members = withoutRefused(
    vendorMembersOf(tool.vendor, anthropicMessages),
    (member) => toolMembers.has(member),
    path,
    notes,
  );
  return {
    ...members,
    name: names.toVendor(tool.name),
    ...withoutUndefined({ description: tool.description }),
    input_schema: toArgumentsSchema(tool.parameters, `${path}.parameters`, notes),
    ...cacheMarkOf(tool),
  };
}

function withoutRefused(
  members: JsonRecord,
  isAccepted: (member: string) => boolean,
  path: string,
  notes: TranslationLog,
): Block {
  const accepted: Block = {};
  for (const [member, value] of Object.entries(members)) {
    if (isAccepted(member)) accepted[member] = value;
    else notes.dropped(`${path}.${member}`, 'The route to this model does not support it.');
  }
  return accepted;
}

function declareCalledTools(messages: readonly Message[], names: ToolNames, notes: TranslationLog): EncodedTools {
  const declared = toolsOfHistory(messages, notes);
  if (declared.length === 0) return { tools: [] };
  return {
    tools: declared.map(({ name }) => ({ name: names.toVendor(name), input_schema: { type: 'object' } })),
    toolChoice: { type: 'none' },
  };
}

function encodeToolChoice(
  { toolChoice, parallelToolCalls }: ConversationRequest,
  tools: readonly Block[],
  names: ToolNames,
  notes: TranslationLog,
): JsonRecord | undefined {
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  switch (toolChoice?.type) {
    case undefined:
    case 'auto':
      return toolChoice === undefined && parallelToolCalls !== false ? undefined : { type: 'auto', ...single };
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any', ...single };
    case 'allowed':
      return { type: toolChoice.mode === 'required' ? 'any' : 'auto', ...single };
    case 'tool': {
      const name = names.toVendor(toolChoice.name);
      if (tools.some((tool) => tool.name === name)) return { type: 'tool', name, ...single };
      notes.dropped('tool_choice', 'There is no tool with that name.');
      return undefined;
    }
  }
}
