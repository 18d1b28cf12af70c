import { Buffer } from 'node:buffer';
import type { ConversationRequest, OriginalBody, ResponseFormat } from '../../../conversation/request.ts';
import { WarningCollector } from '../../../conversation/warnings.ts';
import { joinSmall } from '../../../lib/join-small.ts';
import type { EncodedRequest } from '../route.ts';
import { encodeMessages, isPlainMessage, type WireMessage } from './encode-messages.ts';
import { encodeTools } from './encode-tools.ts';
import { traitsOf, type VendorTraits } from './vendor.ts';

const path = '/rovodev/v2/proxy/ai/v2/beta/chat';

/** A request for the unified endpoint: OpenAI's chat payload without its `model` inside the gateway's envelope. */
export function encodeUnifiedRequest(request: ConversationRequest, upstreamModel: string): EncodedRequest {
  const traits = traitsOf(upstreamModel);
  const warnings = new WarningCollector();
  const payload = encodePayload(request, traits, warnings);
  const body = `{"request_payload":${JSON.stringify(payload)},"platform_attributes":{"model":${JSON.stringify(upstreamModel)}}}`;
  return { path, body: [Buffer.from(body, 'utf8')], warnings: warnings.list() };
}

/** The client's own bytes in the envelope, when it spoke OpenAI's dialect and the model's vendor needs no change to them. */
export function relayUnifiedRequest(original: OriginalBody, upstreamModel: string): EncodedRequest | undefined {
  if (!mayRelay(original, traitsOf(upstreamModel))) return undefined;
  const pieces = [envelopeStart, original.before, original.after, encodeEnvelopeEnd(upstreamModel)];
  return { path, body: joinSmall(pieces), warnings: [] };
}

const envelopeStart = Buffer.from('{"request_payload":', 'utf8');

function encodeEnvelopeEnd(upstreamModel: string): Uint8Array {
  return Buffer.from(`,"platform_attributes":{"model":${JSON.stringify(upstreamModel)}}}`, 'utf8');
}

/** True when the plain encoding would say nothing else than the client's own bytes. */
function mayRelay({ shape: request, members }: OriginalBody, traits: VendorTraits): boolean {
  if (request.choiceCount !== 1) return false;
  if (request.maxOutputTokens !== undefined && members?.has(traits.maxTokensName) !== true) return false;
  if (traits.fixedSampling && hasSampling(request)) return false;
  if ((request.temperature ?? 0) > traits.highestTemperature) return false;
  if (traits.temperatureOrTopP && request.temperature !== undefined && request.topP !== undefined) return false;
  if (!traits.allowedTools && request.toolChoice?.type === 'allowed') return false;
  if (!traits.enforcesResponseFormat && asksForJson(request.responseFormat)) return false;
  return request.messages.every((message) => isPlainMessage(message, traits));
}

function encodePayload(
  request: ConversationRequest,
  traits: VendorTraits,
  warnings: WarningCollector,
): Readonly<Record<string, unknown>> {
  const { model: _model, messages: _messages, ...extra } = request.extra;
  return {
    ...extra,
    messages: withFormatInstruction(
      encodeMessages(request.messages, traits, warnings),
      request.responseFormat,
      traits,
      warnings,
    ),
    ...encodeTools(request, traits, warnings),
    ...encodeSampling(request, traits, warnings),
    ...(request.maxOutputTokens === undefined ? {} : { [traits.maxTokensName]: request.maxOutputTokens }),
    ...(request.stop === undefined ? {} : { stop: request.stop }),
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(request.responseFormat === undefined ? {} : { response_format: encodeResponseFormat(request.responseFormat) }),
    ...(request.reasoningEffort === undefined ? {} : { reasoning_effort: request.reasoningEffort }),
    ...(request.verbosity === undefined ? {} : { verbosity: request.verbosity }),
    ...(request.user === undefined ? {} : { user: request.user }),
    stream: request.stream,
  };
}

/** The sampling parameters by their wire names, with the defaults that every vendor takes. */
const samplingParameters = [
  ['temperature', 'temperature', 1],
  ['topP', 'top_p', 1],
  ['frequencyPenalty', 'frequency_penalty', 0],
  ['presencePenalty', 'presence_penalty', 0],
] as const;

function hasSampling(request: ConversationRequest): boolean {
  return samplingParameters.some(([field, , usual]) => request[field] !== undefined && request[field] !== usual);
}

function encodeSampling(
  request: ConversationRequest,
  traits: VendorTraits,
  warnings: WarningCollector,
): Readonly<Record<string, unknown>> {
  const fields: Record<string, number> = {};
  for (const [field, name, usual] of samplingParameters) {
    const value = request[field];
    if (value === undefined) continue;
    if (traits.fixedSampling && value !== usual) {
      warnings.add(name, `This model takes only the default ${name}.`);
    } else if (field === 'temperature' && value > traits.highestTemperature) {
      warnings.add(name, `This model takes a temperature up to ${traits.highestTemperature}.`);
      fields[name] = traits.highestTemperature;
    } else if (field === 'topP' && traits.temperatureOrTopP && request.temperature !== undefined) {
      warnings.add(name, 'This model takes temperature or top_p, not both.');
    } else {
      fields[name] = value;
    }
  }
  return fields;
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
 * Where the vendor may not enforce `response_format`, the model is asked in words as well, by a system message behind
 * the client's own. The parameter is sent all the same: whether the upstream honours it is not known.
 */
function withFormatInstruction(
  messages: readonly WireMessage[],
  format: ResponseFormat | undefined,
  traits: VendorTraits,
  warnings: WarningCollector,
): readonly WireMessage[] {
  if (format === undefined || format.type === 'text' || traits.enforcesResponseFormat) return messages;
  warnings.add('response_format', 'The model was asked for JSON in words, for the upstream may not enforce it.');
  const schema = format.type === 'json-schema' ? format.schema : undefined;
  const content =
    schema === undefined
      ? 'Answer with one valid JSON object and nothing else: no explanation, no Markdown code fence.'
      : `Answer with one JSON value and nothing else: no explanation, no Markdown code fence. It must be valid against this JSON Schema:\n${JSON.stringify(schema)}`;
  const firstOther = messages.findIndex((message) => message.role !== 'system');
  const position = firstOther === -1 ? messages.length : firstOther;
  return [...messages.slice(0, position), { role: 'system', content }, ...messages.slice(position)];
}
