import type { ConversationRequest, FunctionTool, ToolChoice } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { chatName } from './name.ts';
import type { VendorTraits } from './vendor-traits.ts';

type WireFields = Readonly<Record<string, unknown>>;

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
  const choice = request.toolChoice;
  const parallel = withoutUndefined({ parallel_tool_calls: request.parallelToolCalls });
  if (choice?.type === 'allowed' && !traits.supportsAllowedTools) {
    notes.changed('tool_choice', 'Only the allowed tools are forwarded.');
    const allowed = functions.filter((tool) => choice.names.includes(tool.name));
    // No allowed tool is left, so no tools are sent at all.
    if (allowed.length === 0) return {};
    return { tools: allowed.map(encodeTool), tool_choice: choice.mode, ...parallel };
  }
  return {
    tools: [...functions.map(encodeTool), ...vendorTools],
    ...withoutUndefined({ tool_choice: choice && encodeChoice(choice) }),
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

function encodeChoice(choice: ToolChoice): unknown {
  switch (choice.type) {
    case 'tool':
      return { type: 'function', function: { name: choice.name } };
    case 'allowed':
      return {
        type: 'allowed_tools',
        allowed_tools: {
          mode: choice.mode,
          tools: choice.names.map((name) => ({ type: 'function', function: { name } })),
        },
      };
    default:
      return choice.type;
  }
}
