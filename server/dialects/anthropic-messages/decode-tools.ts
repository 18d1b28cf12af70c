import type { ConversationRequest, Tool, ToolChoice } from '../../conversation/request.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { isRecord } from '../../lib/json.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { describeClientTool, isClientTool } from './client-tools.ts';
import { breakpointOf } from './decode-block.ts';
import { anthropicMessages } from './name.ts';
import { customTool, openaiTool, serverTool, type WireRequest } from './schema.ts';
import { parseParameter } from './validation-failure.ts';

/** @throws Failure `invalid-request` that names the tool's member */
export function decodeTools(values: readonly unknown[]): readonly Tool[] {
  return values.map((value, index) => decodeTool(value, `tools[${index}]`));
}

/** @throws Failure `invalid-request` that names the tool's member */
export function decodeTool(value: unknown, path: string): Tool {
  if (isRecord(value) && value.type === 'function') return decodeOpenaiTool(value, path);
  if (isClientTool(value)) return decodeClientTool(value, path);
  const isServerTool = isRecord(value) && value.type !== undefined && value.type !== null && value.type !== 'custom';
  if (isServerTool) {
    const { type, name } = parseParameter(serverTool, value, path);
    return { type: 'vendor', dialect: anthropicMessages, name: name ?? type, value };
  }
  const parsed = parseParameter(customTool, value, path);
  const { name, description, input_schema: parameters, strict, cache_control, ...members } = parsed;
  const vendor = toVendorData(anthropicMessages, withoutNulls(members));
  return {
    type: 'function',
    name,
    ...(typeof description === 'string' && { description }),
    parameters,
    ...(typeof strict === 'boolean' && { strict }),
    ...breakpointOf(cache_control),
    ...withoutUndefined({ vendor }),
  };
}

/** Decodes a tool of the vendor that the client runs as a function. Its members are vendor data. */
function decodeClientTool(value: unknown, path: string): Tool {
  const { name: given, cache_control, ...members } = parseParameter(serverTool, value, path);
  const name = given ?? members.type;
  const vendor = toVendorData(anthropicMessages, withoutNulls(members));
  return {
    type: 'function',
    name,
    ...describeClientTool({ ...members, name }),
    ...breakpointOf(cache_control),
    ...withoutUndefined({ vendor }),
  };
}

function decodeOpenaiTool(value: unknown, path: string): Tool {
  const { name, description, parameters, strict } = parseParameter(openaiTool, value, path);
  return {
    type: 'function',
    name,
    ...(typeof description === 'string' && { description }),
    ...(parameters && { parameters }),
    ...(typeof strict === 'boolean' && { strict }),
  };
}

export function decodeToolChoice(
  choice: WireRequest['tool_choice'],
): Pick<ConversationRequest, 'toolChoice' | 'parallelToolCalls'> {
  if (choice === null || choice === undefined) return {};
  const disabled = choice.type === 'none' ? undefined : choice.disable_parallel_tool_use;
  return {
    toolChoice: toToolChoice(choice),
    ...(typeof disabled === 'boolean' && { parallelToolCalls: !disabled }),
  };
}

function toToolChoice(choice: NonNullable<WireRequest['tool_choice']>): ToolChoice {
  switch (choice.type) {
    case 'any':
      return { type: 'required' };
    case 'tool':
      return { type: 'tool', name: choice.name };
    default:
      return { type: choice.type };
  }
}
