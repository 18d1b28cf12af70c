import { deriveAffinityKey } from '../../conversation/affinity-key.ts';
import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest, ReasoningOptions, ResponseFormat, Tool } from '../../conversation/request.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { requireShallow } from '../openai/parse-body.ts';
import { readReasoningOptions } from '../openai/reasoning-options.ts';
import { readThinkingSwitches } from '../openai/thinking-switch.ts';
import { chatMembers } from './chat-members.ts';
import { responsesName } from './name.ts';
import type { WireRequest } from './schema.ts';

/**
 * The neutral request, with the settings of the body.
 *
 * @param hosted the part of the tool choice that names the vendor's own tools
 */
export function assembleRequest(
  wire: WireRequest,
  messages: readonly Message[],
  tools: Pick<ConversationRequest, 'tools' | 'toolChoice'>,
  hosted?: JsonRecord,
): ConversationRequest {
  const reasoning = decodeReasoning(wire);
  const format = wire.text?.format;
  const user = wire.safety_identifier || wire.user;
  const stop = typeof wire.stop === 'string' ? [wire.stop] : (wire.stop ?? []);
  const vendor = toVendorData(responsesName, ownMembers(wire, hosted));
  return {
    model: wire.model,
    stream: wire.stream === true,
    messages,
    ...tools,
    ...(typeof wire.parallel_tool_calls === 'boolean' && { parallelToolCalls: wire.parallel_tool_calls }),
    ...(format && { responseFormat: decodeFormat(format) }),
    ...(typeof wire.max_output_tokens === 'number' && { maxOutputTokens: wire.max_output_tokens }),
    ...(typeof wire.temperature === 'number' && { temperature: wire.temperature }),
    ...(typeof wire.top_p === 'number' && { topP: wire.top_p }),
    ...(typeof wire.frequency_penalty === 'number' && { frequencyPenalty: wire.frequency_penalty }),
    ...(typeof wire.presence_penalty === 'number' && { presencePenalty: wire.presence_penalty }),
    ...(stop.length > 0 && { stop }),
    choiceCount: 1,
    ...withoutUndefined({ reasoning }),
    ...imageOutputOf(tools.tools),
    ...(typeof wire.text?.verbosity === 'string' && { verbosity: wire.text.verbosity }),
    ...(user && { user }),
    ...(wire.prompt_cache_key && { cacheKey: wire.prompt_cache_key }),
    affinityKey: wire.prompt_cache_key || user || deriveAffinityKey(messages),
    ...withoutUndefined({ vendor }),
  };
}

/** OpenAI's tool for images tells other models that images are wanted. */
function imageOutputOf(tools: readonly Tool[]): Pick<ConversationRequest, 'imageOutput'> {
  const tool = tools.find((each) => each.type === 'vendor' && each.name === 'image_generation');
  if (tool?.type !== 'vendor') return {};
  const aspectRatio = typeof tool.value.size === 'string' ? aspectRatios.get(tool.value.size) : undefined;
  return { imageOutput: aspectRatio === undefined ? {} : { aspectRatio } };
}

/** By the sizes of OpenAI's tool, in pixels. */
const aspectRatios: ReadonlyMap<string, string> = new Map([
  ['1024x1024', '1:1'],
  ['1024x1536', '2:3'],
  ['1536x1024', '3:2'],
]);

function decodeReasoning(wire: WireRequest): ReasoningOptions | undefined {
  const isShown = typeof wire.reasoning?.summary === 'string';
  const reasoning = readReasoningOptions(wire.reasoning) ?? readThinkingSwitches(wire).reasoning;
  if (reasoning === undefined) return isShown ? { mode: 'adaptive', shown: true } : undefined;
  return { ...reasoning, ...(isShown && { shown: true }) };
}

function decodeFormat(format: NonNullable<NonNullable<WireRequest['text']>['format']>): ResponseFormat {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json' };
  const { name, description, schema, strict } = format;
  requireShallow(schema, 'text.format.schema');
  return {
    type: 'json-schema',
    name,
    ...(typeof description === 'string' && { description }),
    schema,
    ...(typeof strict === 'boolean' && { strict }),
  };
}

/** What OpenAI's models are always asked to include. */
export const encryptedReasoning = 'reasoning.encrypted_content';

/** Members that the neutral language covers, or that have no meaning without stored state. */
const readMembers: ReadonlySet<string> = new Set([
  ...['model', 'input', 'instructions', 'stream', 'store', 'tools', 'tool_choice', 'parallel_tool_calls'],
  ...[
    'max_output_tokens',
    'temperature',
    'top_p',
    'reasoning',
    'text',
    'user',
    'safety_identifier',
    'prompt_cache_key',
    'frequency_penalty',
    'presence_penalty',
  ],
  ...['previous_response_id', 'conversation', 'background', 'prompt', 'include', 'stream_options', 'client_metadata'],
]);

function ownMembers(wire: WireRequest, hosted: JsonRecord | undefined): JsonRecord {
  const include = (wire.include ?? []).filter((name) => name !== encryptedReasoning);
  const own: Record<string, unknown> = {
    ...withoutUndefined({ tool_choice: hosted }),
    ...(include.length > 0 && { include }),
  };
  const switches = readThinkingSwitches(wire).names;
  for (const [name, value] of Object.entries(wire)) {
    if (readMembers.has(name) || chatMembers.has(name) || value === null || name === '__proto__') continue;
    if (switches.includes(name)) continue;
    requireShallow(value, name);
    own[name] = value;
  }
  return own;
}
