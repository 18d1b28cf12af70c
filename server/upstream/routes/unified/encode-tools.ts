import type { ConversationRequest, Tool, ToolChoice } from '../../../conversation/request.ts';
import type { WarningCollector } from '../../../conversation/warnings.ts';
import type { VendorTraits } from './vendor.ts';

type WireFields = Readonly<Record<string, unknown>>;

/** `tools`, `tool_choice` and `parallel_tool_calls` in OpenAI's form; none of them without a tool. */
export function encodeTools(
  request: ConversationRequest,
  traits: VendorTraits,
  warnings: WarningCollector,
): WireFields {
  if (request.tools.length === 0) return {};
  const choice = request.toolChoice;
  const parallel = request.parallelToolCalls === undefined ? {} : { parallel_tool_calls: request.parallelToolCalls };
  if (choice?.type === 'allowed' && !traits.allowedTools) {
    warnings.add('tool_choice', 'Only the allowed tools were passed on.');
    const allowed = request.tools.filter((tool) => choice.names.includes(tool.name));
    // None left to call: the model must not know of tools that it may not use.
    if (allowed.length === 0) return {};
    return { tools: allowed.map(encodeTool), tool_choice: choice.mode, ...parallel };
  }
  return {
    tools: request.tools.map(encodeTool),
    ...(choice === undefined ? {} : { tool_choice: encodeChoice(choice) }),
    ...parallel,
  };
}

function encodeTool(tool: Tool): WireFields {
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description === undefined ? {} : { description: tool.description }),
      ...(tool.parameters === undefined ? {} : { parameters: tool.parameters }),
      ...(tool.strict === undefined ? {} : { strict: tool.strict }),
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
