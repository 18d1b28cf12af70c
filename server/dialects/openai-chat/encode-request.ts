import type { AnswerTransformMaker } from '../../conversation/answer-transform.ts';
import { noteForeignData } from '../../conversation/foreign-data.ts';
import { effortOf } from '../../conversation/reasoning-effort.ts';
import type { ConversationRequest, ResponseFormat } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { createFenceUnwrapper } from '../../conversation/unwrap-code-fence.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { customToolsIn } from '../openai/custom-tools.ts';
import { encodeMessages, isPlainMessage, type WireMessage } from './encode-messages.ts';
import { encodeTools } from './encode-tools.ts';
import { chatName } from './name.ts';
import type { VendorTraits } from './vendor-traits.ts';

const noTools: ReadonlySet<string> = new Set();

type WireFields = Readonly<Record<string, unknown>>;

/**
 * Encodes OpenAI's `CreateChatCompletionRequest`, without its `model`.
 *
 * @param traits what the vendor behind the route requires of chat bodies
 */
export function encodeChatRequest(
  request: ConversationRequest,
  traits: VendorTraits,
  notes: TranslationLog,
): WireFields {
  noteForeignData(request, chatName, notes);
  const own = encodeVendorMembers(request, traits, notes);
  const { reasoning, responseFormat } = request;
  const customTools = traits.supportsCustomTools ? customToolsIn(request.tools) : noTools;
  const messages = encodeMessages(request.messages, traits, notes, customTools);
  if (request.topK !== undefined && own.top_k === undefined) notes.dropped('top_k', 'This API does not support top_k.');
  return {
    ...own,
    messages: withFormatInstruction(messages, responseFormat, traits, notes),
    ...encodeTools(request, traits, notes),
    ...encodeSampling(request, traits, notes),
    ...withoutUndefined({ [traits.maxTokensName]: request.maxOutputTokens }),
    ...encodeStop(request.stop, traits, notes),
    ...withoutUndefined({
      seed: request.seed,
      response_format: responseFormat && encodeResponseFormat(responseFormat),
      reasoning_effort: reasoning && effortOf(reasoning),
      verbosity: request.verbosity,
      user: request.user,
      prompt_cache_key: request.cacheKey,
    }),
    stream: request.stream,
  };
}

/**
 * Encodes members of Chat Completions that the neutral language does not cover, except those that the model rejects.
 */
function encodeVendorMembers(request: ConversationRequest, traits: VendorTraits, notes: TranslationLog): WireFields {
  const { model: _model, messages: _messages, ...own } = vendorMembersOf(request.vendor, chatName);
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(own)) {
    if (traits.fixedSampling && tokenMembers.has(name)) notes.dropped(name, 'This model does not support it.');
    else if (name === 'stream_options' && !request.stream) notes.dropped(name, 'It is only supported for streams.');
    else kept[name] = value;
  }
  return kept;
}

/** Reasoning models support neither these nor sampling (https://platform.openai.com/docs/guides/reasoning). */
const tokenMembers: ReadonlySet<string> = new Set(['logprobs', 'top_logprobs', 'logit_bias']);

/** True if the client's own body can be relayed. @param members the names of the body's members */
export function isPlainChatRequest(
  request: ConversationRequest,
  members: ReadonlySet<string>,
  traits: VendorTraits,
): boolean {
  if (request.choiceCount !== 1 || (members.has('stream_options') && !request.stream)) return false;
  if (request.maxOutputTokens !== undefined && !members.has(traits.maxTokensName)) return false;
  if (traits.fixedSampling && (hasSampling(request) || !members.isDisjointFrom(tokenMembers))) return false;
  if ((request.temperature ?? 0) > traits.maxTemperature) return false;
  if (traits.temperatureOrTopP && request.temperature !== undefined && request.topP !== undefined) return false;
  if (!traits.supportsAllowedTools && request.toolChoice?.type === 'allowed') return false;
  if (!traits.enforcesResponseFormat && asksForJson(request.responseFormat)) return false;
  return request.messages.every((message) => isPlainMessage(message, traits));
}

/** Removes the code fence that may surround JSON if the vendor does not enforce the response format. */
export function fenceUnwrapperFor(
  { responseFormat }: ConversationRequest,
  traits: VendorTraits,
): AnswerTransformMaker | undefined {
  return !traits.enforcesResponseFormat && asksForJson(responseFormat) ? createFenceUnwrapper : undefined;
}

/** The sampling parameters with their wire names and the defaults that every vendor accepts. */
const samplingParameters = [
  ['temperature', 'temperature', 1],
  ['topP', 'top_p', 1],
  ['frequencyPenalty', 'frequency_penalty', 0],
  ['presencePenalty', 'presence_penalty', 0],
] as const;

/** True if the request has sampling parameters or stop sequences that reasoning models reject. */
function hasSampling(request: ConversationRequest): boolean {
  if (request.stop !== undefined) return true;
  return samplingParameters.some(
    ([field, , defaultValue]) => request[field] !== undefined && request[field] !== defaultValue,
  );
}

function encodeSampling(request: ConversationRequest, traits: VendorTraits, notes: TranslationLog): WireFields {
  const fields: Record<string, number> = {};
  for (const [field, name, defaultValue] of samplingParameters) {
    const value = request[field];
    if (value === undefined) continue;
    if (traits.fixedSampling && value !== defaultValue) {
      notes.dropped(name, `This model only supports the default ${name}.`);
    } else if (field === 'temperature' && value > traits.maxTemperature) {
      notes.changed(name, `This model supports a temperature up to ${traits.maxTemperature}.`);
      fields[name] = traits.maxTemperature;
    } else if (field === 'topP' && traits.temperatureOrTopP && request.temperature !== undefined) {
      notes.dropped(name, 'This model supports either temperature or top_p, not both.');
    } else {
      fields[name] = value;
    }
  }
  return fields;
}

function encodeStop(stop: readonly string[] | undefined, traits: VendorTraits, notes: TranslationLog): WireFields {
  if (stop === undefined) return {};
  if (!traits.fixedSampling) return { stop };
  if (stop.length > 0) notes.dropped('stop', 'This model does not support stop sequences.');
  return {};
}

function encodeResponseFormat(format: ResponseFormat): unknown {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  const { type: _type, ...schema } = format;
  return { type: 'json_schema', json_schema: schema };
}

function asksForJson(format: ResponseFormat | undefined): boolean {
  return format !== undefined && format.type !== 'text';
}

/**
 * If the vendor may not enforce `response_format`, a system message after the client's own also asks the model for
 * JSON. The parameter is sent anyway, because it is not known whether the upstream respects it.
 */
function withFormatInstruction(
  messages: readonly WireMessage[],
  format: ResponseFormat | undefined,
  traits: VendorTraits,
  notes: TranslationLog,
): readonly WireMessage[] {
  if (format === undefined || format.type === 'text' || traits.enforcesResponseFormat) return messages;
  notes.changed(
    'response_format',
    'The model is also asked for JSON in the prompt, because the upstream may not enforce it.',
  );
  const schema = format.type === 'json-schema' ? format.schema : undefined;
  const content =
    schema === undefined
      ? 'Answer with one valid JSON object and nothing else: no explanation, no Markdown code fence.'
      : `Answer with one JSON value and nothing else: no explanation, no Markdown code fence. It must be valid against this JSON Schema:\n${JSON.stringify(schema)}`;
  const firstOther = messages.findIndex((message) => message.role !== 'system');
  const position = firstOther === -1 ? messages.length : firstOther;
  return [...messages.slice(0, position), { role: 'system', content }, ...messages.slice(position)];
}
