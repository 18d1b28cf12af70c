import { isAscii } from 'node:buffer';
import { deriveAffinityKey } from '../../conversation/affinity-key.ts';
import { arrangeHistory } from '../../conversation/arrange-history.ts';
import { Failure } from '../../conversation/failure.ts';
import type { Message } from '../../conversation/message.ts';
import { callIdsOf } from '../../conversation/proven-calls.ts';
import { isOwnEffort, reasoningOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ConversationRequest, RequestOutline } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { asByteString, type ByteString } from '../../lib/byte-string.ts';
import { toPlainNumber } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { distinctMembers, type JsonBody } from '../../lib/json-body.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { DecodedRequest, ForeignMembers, ShapeReader } from '../dialect.ts';
import type { ReadShape } from '../openai/either-shape.ts';
import { parseBody } from '../openai/parse-body.ts';
import { isReasoningOptions, readReasoningOptions } from '../openai/reasoning-options.ts';
import { parseParameter } from '../openai/validation-failure.ts';
import { decodeMessages } from './decode-message.ts';
import { type DecodedTools, decodeResponseFormat, decodeTools, isPlainResponseFormat } from './decode-tools.ts';
import { createChatEncoders, createRelayEncoders } from './encoders.ts';
import { chatHistoryNames } from './history-names.ts';
import { chatName } from './name.ts';
import { decodeOwnMembers, isUsageOption, repeatedAmong } from './own-members.ts';
import { withoutResponsesMembers } from './responses-members.ts';
import {
  requestSchema,
  sharedMemberNames,
  toNestedFormat,
  type WireRequest,
  type WireSharedRequest,
} from './schema.ts';
import { isSameUndecoded } from './undecoded-texts.ts';
import { isUsualRequest } from './usual-request.ts';

/**
 * Decodes the body of `POST /v1/chat/completions`.
 *
 * @param foreign readers for parts in other dialects' formats
 * @param namedModel the model that the request names outside of its body, if the body names none
 * @throws Failure `invalid-request` that names the parameter
 */
export function decodeRequest(
  body: JsonBody,
  foreign: readonly ShapeReader[] = [],
  namedModel: () => string | undefined = () => undefined,
): DecodedRequest {
  // ASCII text needs no decoding.
  return (isAscii(body.bytes) ? undefined : skimRequest(body, foreign)) ?? decodeTexts(body, foreign, namedModel);
}

function decodeTexts(
  body: JsonBody,
  foreign: readonly ShapeReader[],
  namedModel: () => string | undefined = () => undefined,
): DecodedRequest {
  const json = parseBody(body);
  // Azure's documentation leaves the body's model empty.
  const model = (json.model ?? '') === '' ? namedModel() : undefined;
  return decodeJson(body, model === undefined ? json : { ...json, model }, foreign);
}

/**
 * The fast path for a request that may be relayed. Its texts stay undecoded, since nothing reads them.
 *
 * @returns undefined if the texts have to be decoded, if only for an error message; otherwise the same as
 *   `decodeTexts`, apart from the texts in the shape
 */
function skimRequest(body: JsonBody, foreign: readonly ShapeReader[]): DecodedRequest | undefined {
  let skimmed: DecodedRequest;
  try {
    skimmed = decodeJson(body, parseBody(body, 'latin1'), foreign, asByteString);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
  if (skimmed.original === undefined || !isSameUndecoded(skimmed.original.shape)) return undefined;
  return { ...skimmed, request: () => decodeTexts(body, foreign).request() };
}

/** @param encode marks the texts in `given`, if they are not decoded yet */
function decodeJson(
  body: JsonBody,
  given: JsonRecord,
  foreign: readonly ShapeReader[],
  encode?: (text: string) => ByteString,
): DecodedRequest {
  const notes = new TranslationLog();
  const { json, instructions } = withoutResponsesMembers(given, notes);
  const wire = isUsualRequest(json) ? json : parseParameter(requestSchema, json, '');
  const decoded = decodeMessages(wire.messages, notes, foreign);
  const arranged = arrangeHistory(decoded.messages, chatHistoryNames(decoded.messages));
  const strange = readForeignMembers(json, foreign);
  const messages = [...instructions, ...strange.messages, ...arranged];
  const tools = decodeTools(wire, json.tool_choice, notes, foreign);
  const own = decodeOwnMembers(json, strange.names, notes);
  const written = { ...strange.settings, ...assembleRequest(wire, messages, tools, own, encode) };
  const shape = leaveRoomForAnswer(wire, written);
  const isPlain = decoded.plain && arranged === decoded.messages && strange.names.size === 0 && tools.plain;
  const plain = isPlain && json === given && shape === written && isPlainEnvelope(wire, json);
  const asOpenrouter = isRecord(wire.reasoning) || json.include_reasoning === true;
  const finished = finishDecoding(wire, shape, tools, notes, asOpenrouter);
  if (!plain || notes.list().length > 0) return finished;
  const members = distinctMembers(body);
  return members === undefined
    ? finished
    : { ...finished, original: { dialect: chatName, bytes: body.bytes, members, shape } };
}

/** Decodes a body's JSON for an endpoint of another API. @throws Failure like `decodeRequest` */
export function readChatRequest(json: JsonRecord, foreign: readonly ShapeReader[]): ReadShape {
  const notes = new TranslationLog();
  const wire = parseParameter(requestSchema, json, '');
  const decoded = decodeMessages(wire.messages, notes, foreign);
  const arranged = arrangeHistory(decoded.messages, chatHistoryNames(decoded.messages));
  const strange = readForeignMembers(json, foreign);
  const tools = decodeTools(wire, json.tool_choice, notes, foreign);
  const own = decodeOwnMembers(json, strange.names, notes);
  const request = assembleRequest(wire, [...strange.messages, ...arranged], tools, own);
  const shape = leaveRoomForAnswer(wire, { ...strange.settings, ...request });
  return { request: shape, notes, customTools: tools.customTools };
}

/** @param asOpenrouter true if the client asked for reasoning in OpenRouter's way, and so expects its answers */
export function finishDecoding(
  wire: WireSharedRequest,
  request: ConversationRequest,
  tools: DecodedTools,
  notes: TranslationLog,
  asOpenrouter = false,
): DecodedRequest {
  const { max_tokens: older, max_completion_tokens: newer } = wire;
  if (typeof older === 'number' && typeof newer === 'number' && older !== newer) {
    notes.changed('max_tokens', 'max_completion_tokens is used instead.');
  }
  const { customTools, legacy: legacyFunctions } = tools;
  const asOpenai = wire.stream_options?.include_usage === true;
  // OpenRouter's streams always end with the usage.
  const includeUsage = asOpenai || wantsUsage(wire.usage) || asOpenrouter;
  const options = { includeUsage, withoutNullUsage: !asOpenai, legacyFunctions, customTools, asOpenrouter };
  const canRelay = !legacyFunctions && request.choiceCount === 1 && customTools.size === 0;
  return {
    outline: outlineOf(request),
    request: () => request,
    notes: notes.list(),
    encoders: createChatEncoders(options),
    ...(canRelay && { relayEncoders: createRelayEncoders(options) }),
  };
}

function outlineOf({ model, stream, choiceCount, affinityKey, messages }: ConversationRequest): RequestOutline {
  const opening = !messages.some((message) => message.role === 'assistant');
  return { model, stream, choiceCount, affinityKey, opening, unprovenCalls: callIdsOf(messages) };
}

export function assembleRequest(
  wire: WireSharedRequest,
  messages: ConversationRequest['messages'],
  tools: DecodedTools,
  own: JsonRecord,
  encode?: (text: string) => ByteString,
): ConversationRequest {
  const format = wire.response_format;
  const vendor = toVendorData(chatName, own);
  const maxOutputTokens = wire.max_completion_tokens ?? wire.max_tokens;
  const stop = typeof wire.stop === 'string' ? [wire.stop] : (wire.stop ?? []);
  const reasoning = wire.reasoning_effort
    ? reasoningOfEffort(wire.reasoning_effort)
    : readReasoningOptions(wire.reasoning);
  const repeatedMembers = repeatedAmong(own);
  const user = wire.user || wire.safety_identifier;
  return {
    model: wire.model,
    stream: wire.stream === true,
    messages,
    tools: tools.tools,
    ...(tools.toolChoice && { toolChoice: tools.toolChoice }),
    ...withoutUndefined({ parallelToolCalls: tools.parallelToolCalls }),
    ...(format && { responseFormat: decodeResponseFormat(format) }),
    ...(typeof maxOutputTokens === 'number' && { maxOutputTokens }),
    ...decodeSampling(wire),
    ...(stop.length > 0 && { stop }),
    choiceCount: wire.n ?? 1,
    ...withoutUndefined({ reasoning }),
    ...imageOutputOf(own),
    ...(typeof wire.verbosity === 'string' && { verbosity: wire.verbosity }),
    ...(user && { user }),
    ...(wire.prompt_cache_key && { cacheKey: wire.prompt_cache_key }),
    affinityKey: wire.prompt_cache_key || user || deriveAffinityKey(messages, encode),
    ...withoutUndefined({ vendor }),
    ...(repeatedMembers.length > 0 && { repeatedMembers }),
  };
}

/** In tokens. Reasoning alone takes more. */
const smallLimit = 256;

/**
 * Programs that do not know reasoning models set `max_tokens` to a small limit for titles and checks. Models that reason
 * anyway do as little of it as they can then, as nothing would be left for the answer.
 */
function leaveRoomForAnswer(wire: WireSharedRequest, request: ConversationRequest): ConversationRequest {
  const { max_tokens: limit, max_completion_tokens: newer } = wire;
  const isSmall = typeof limit === 'number' && limit <= smallLimit && typeof newer !== 'number';
  if (!isSmall || request.reasoning !== undefined) return request;
  return { ...request, reasoning: { mode: 'default', effort: 'none', shown: false } };
}

function wantsUsage(value: unknown): boolean {
  return isRecord(value) && value.include === true;
}

/** Reads how OpenRouter's clients ask for images. */
function imageOutputOf({ modalities, image_config: config }: JsonRecord): Pick<ConversationRequest, 'imageOutput'> {
  if (!readArray(modalities).includes('image')) return {};
  const { aspect_ratio: aspectRatio, image_size: size } = readRecord(config);
  return {
    imageOutput: {
      ...(typeof aspectRatio === 'string' && { aspectRatio }),
      ...(typeof size === 'string' && { size }),
    },
  };
}

function decodeSampling(wire: WireSharedRequest): Partial<ConversationRequest> {
  const topK = toPlainNumber(wire.top_k);
  return {
    ...(typeof wire.temperature === 'number' && { temperature: wire.temperature }),
    ...(typeof wire.top_p === 'number' && { topP: wire.top_p }),
    ...(typeof topK === 'number' && Number.isInteger(topK) && topK >= 0 && { topK }),
    ...(typeof wire.frequency_penalty === 'number' && { frequencyPenalty: wire.frequency_penalty }),
    ...(typeof wire.presence_penalty === 'number' && { presencePenalty: wire.presence_penalty }),
    ...(wire.seed !== undefined && wire.seed !== null && { seed: wire.seed }),
  };
}

interface DecodedForeignMembers {
  /** The names of the members that were decoded. */
  readonly names: ReadonlySet<string>;
  readonly messages: readonly Message[];
  readonly settings: ForeignMembers['settings'];
}

/** Reads members of other dialects. The caller lets this dialect's own members take precedence. */
function readForeignMembers(json: JsonRecord, foreign: readonly ShapeReader[]): DecodedForeignMembers {
  const names = new Set<string>();
  const messages: Message[] = [];
  let settings: ForeignMembers['settings'] = {};
  for (const reader of foreign) {
    const members = reader.readMembers(json);
    for (const name of members.names) names.add(name);
    if (members.system.length > 0) messages.push({ role: 'system', parts: members.system });
    settings = { ...settings, ...members.settings };
  }
  return { names, messages, settings };
}

/** True if all members apart from messages and tools can be sent to the upstream unchanged. */
function isPlainEnvelope(wire: WireRequest, json: JsonRecord): boolean {
  const { reasoning_effort: effort } = wire;
  if (typeof effort === 'string' && !isOwnEffort(effort)) return false;
  if (wire.n !== undefined || (Array.isArray(wire.stop) && wire.stop.length === 0)) return false;
  if (wire.max_tokens !== undefined && wire.max_completion_tokens !== undefined) return false;
  const format = wire.response_format;
  if (format && (!isPlainResponseFormat(format) || toNestedFormat(json.response_format) !== json.response_format)) {
    return false;
  }
  if (isReasoningOptions(wire.reasoning) || isUsageOption(wire.usage)) return false;
  for (const name in json) {
    if (json[name] === null && sharedMemberNames.has(name)) return false;
  }
  return true;
}
