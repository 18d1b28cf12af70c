import type { ConversationRequest, FreeTextTool, FunctionTool, ToolChoice } from '../../conversation/request.ts';
import { choiceAmongSent } from '../../conversation/tool-choice.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { customToolsIn } from '../openai/custom-tools.ts';
import { chatName } from './name.ts';
import type { VendorTraits } from './vendor-traits.ts';

type WireFields = Readonly<Record<string, unknown>>;

const noTools: ReadonlySet<string> = new Set();

/** Encodes `tools`, `tool_choice` and `parallel_tool_calls`. Without tools, none of them is present. */
export function encodeTools(request: ConversationRequest, traits: VendorTraits, notes: TranslationLog): WireFields {
  const functions: FunctionTool[] = [];
  const vendorTools: WireFields[] = [];
  for (const tool of request.tools) {
    if (tool.type === 'function') functions.push(tool);
    else if (tool.dialect === chatName) vendorTools.push(tool.value);
    else notes.dropped(`tools.${tool.name}`, 'This route does not support this tool.');
  }
  if (functions.length + vendorTools.length === 0) return {};
  if (functions.some((tool) => tool.cacheBreakpoint !== undefined)) {
    notes.dropped('tools.cache_control', 'This route does not support cache breakpoints.');
  }
  const choice = choiceAmongSent(request, chatName, notes);
  const custom = traits.supportsCustomTools ? customToolsIn(functions) : noTools;
  const encode = (tool: FunctionTool) => (custom.has(tool.name) ? encodeCustomTool(tool) : encodeTool(tool));
  const parallel = withoutUndefined({ parallel_tool_calls: request.parallelToolCalls });
  if (choice?.type === 'allowed' && !traits.supportsAllowedTools) {
    notes.changed('tool_choice', 'Only the allowed tools are forwarded.');
    const names = new Set(choice.names);
    const allowed = functions.filter((tool) => names.has(tool.name));
    // No allowed tool is left, so no tools are sent at all.
    if (allowed.length === 0) return {};
    return { tools: allowed.map(encode), tool_choice: choice.mode, ...parallel };
  }
  return {
    tools: [...functions.map(encode), ...vendorTools],
    ...withoutUndefined({ tool_choice: choice && encodeChoice(choice, custom) }),
    ...parallel,
  };
}

function encodeTool(tool: FunctionTool): WireFields {
  const { name, description, parameters, strict } = tool;
  return {
    type: 'function',
    function: {
      ...vendorMembersOf(tool.vendor, chatName),
      ...withoutUndefined({ name, description, parameters, strict }),
    },
  };
}

function encodeCustomTool({ name, description, freeText }: FunctionTool): WireFields {
  const { format } = freeText ?? {};
  return {
    type: 'custom',
    custom: { name, ...withoutUndefined({ description, format: format && encodeFormat(format) }) },
  };
}

function encodeFormat(format: NonNullable<FreeTextTool['format']>): WireFields {
  if (format.type === 'text') return format;
  const { type, syntax, definition } = format;
  return { type, grammar: { syntax, definition } };
}

/** @param custom the names of the tools that are sent as custom ones */
function encodeChoice(choice: ToolChoice, custom: ReadonlySet<string>): unknown {
  const encodeName = (name: string) =>
    custom.has(name) ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
  switch (choice.type) {
    case 'tool':
      return encodeName(choice.name);
    case 'allowed':
      return {
        type: 'allowed_tools',
        allowed_tools: { mode: choice.mode, tools: choice.names.map(encodeName) },
      };
    default:
      return choice.type;
  }
}
