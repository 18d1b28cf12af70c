import { deriveAffinityKey } from '../../conversation/affinity-key.ts';
import { arrangeHistory, type HistoryNames } from '../../conversation/arrange-history.ts';
import type { Message } from '../../conversation/message.ts';
import { wishOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ConversationRequest, ReasoningWish, RequestOutline, ResponseFormat } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { isAbridged, requireWholeText, WholeTextNeeded } from '../../lib/abridged-body.ts';
import { asBuffer } from '../../lib/byte-string.ts';
import { scanDistinctMembers } from '../../lib/cut-members.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import type { AnswerEncoders, DecodedRequest } from '../dialect.ts';
import { parseBody, requireShallow, textOffset } from '../openai/parse-body.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { expandCompactions, itemsOf, splitForCompaction, takeTrigger, toSummaryRequest } from './compaction.ts';
import { decodeItems } from './decode-items.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { encodeCompacted } from './encode-answer.ts';
import { createRelayEncoders, createResponsesEncoders, type ResponsesAnswerOptions } from './encoders.ts';
import { responsesName } from './name.ts';
import { echoRequest } from './response-object.ts';
import { requestSchema, type WireRequest } from './schema.ts';
import { ToolNames } from './tool-names.ts';

interface ReadRequest {
  readonly request: ConversationRequest;
  readonly notes: TranslationLog;
  readonly names: ToolNames;
  /** True when nothing was put into another order, or taken out. */
  readonly plain: boolean;
}

/**
 * Decodes the body of `POST /v1/responses`.
 *
 * @throws Failure `invalid-request` naming the parameter; also for what rests on state that only OpenAI's own server has
 */
export function decodeRequest(bytes: Uint8Array): DecodedRequest {
  const body = asBuffer(bytes);
  const wire = parseWire(body);
  if (takeTrigger(wire.input) !== undefined) {
    requireWholeBody(body);
    return decodeTriggeredCompaction(wire);
  }
  const { request, notes, names, plain } = readRequest(wire);
  const options = optionsOf(wire, names);
  // The answer has what is repeated in it as it came.
  if (isAbridged(body)) requireWholeText(JSON.stringify(options.echo));
  const members = plain ? scanDistinctMembers(body.toString('latin1')) : undefined;
  return {
    outline: outlineOf(request),
    request: () => request,
    notes: notes.list(),
    encoders: createResponsesEncoders(options),
    relayEncoders: createRelayEncoders(options),
    ...(members !== undefined && { original: { dialect: responsesName, bytes: body, members, shape: request } }),
  };
}

/** A compaction keeps parts of the request. @throws WholeTextNeeded */
function requireWholeBody(body: Buffer): void {
  if (isAbridged(body)) throw new WholeTextNeeded();
}

/** The same request for counting its tokens. @throws Failure as `decodeRequest` does */
export function decodeCountRequest(bytes: Uint8Array): ConversationRequest {
  return readRequest(parseWire(asBuffer(bytes))).request;
}

/** Decodes the body of `POST /v1/responses/compact`. @throws Failure as `decodeRequest` does */
export function decodeCompactRequest(bytes: Uint8Array): DecodedRequest {
  const body = asBuffer(bytes);
  requireWholeBody(body);
  const wire = parseWire(body);
  const { decoded, kept } = decodeSummary({ ...wire, stream: false }, itemsOf(wire.input));
  const { createStreamEncoder } = decoded.encoders;
  const encodeAnswer: AnswerEncoders['encodeAnswer'] = (answer, context) => encodeCompacted(answer, context, kept);
  return { ...decoded, encoders: { encodeAnswer, createStreamEncoder } };
}

/** A stream whose output is one compaction of everything before the trigger. */
function decodeTriggeredCompaction(wire: WireRequest): DecodedRequest {
  if (wire.stream !== true) {
    throw invalidParameter('stream', 'unsupported-value', "A 'compaction_trigger' needs 'stream' to be true.");
  }
  return decodeSummary(wire, takeTrigger(wire.input) ?? []).decoded;
}

function decodeSummary(
  wire: WireRequest,
  items: readonly unknown[],
): { decoded: DecodedRequest; kept: readonly unknown[] } {
  const { summed, kept } = splitForCompaction(expandCompactions(items).map(({ item }) => item));
  const { request, notes, names } = readRequest(toSummaryRequest(wire, summed));
  const encoders = createResponsesEncoders({ ...optionsOf(wire, names), compacts: { kept } });
  return { decoded: { outline: outlineOf(request), request: () => request, notes: notes.list(), encoders }, kept };
}

function optionsOf(wire: WireRequest, names: ToolNames): ResponsesAnswerOptions {
  return {
    names,
    echo: echoRequest(wire),
    showsReasoning: wire.reasoning?.summary !== undefined && wire.reasoning.summary !== null,
    givesProofs: wire.include?.includes('reasoning.encrypted_content') === true,
  };
}

function parseWire(body: Buffer): WireRequest {
  const text = body.toString('utf8', textOffset(body));
  parseBody(body, text);
  const json = parseExactJson(text);
  const wire = parseParameter(requestSchema, json, '');
  refuseState(wire);
  return wire;
}

function readRequest(wire: WireRequest): ReadRequest {
  const notes = new TranslationLog();
  const names = new ToolNames();
  const tools = decodeTools(wire.tools ?? [], names, notes);
  const { messages, sources } = decodeInput(wire);
  const arranged = arrangeHistory(messages, namesOf(sources));
  const instructions: Message[] = wire.instructions
    ? [{ role: 'system', parts: [{ type: 'text', text: wire.instructions }] }]
    : [];
  const toolChoice = decodeToolChoice(wire.tool_choice, tools, names);
  const all = [...instructions, ...arranged];
  if (all.length === 0) throw invalidParameter('input', 'missing-parameter', "Missing required parameter: 'input'.");
  const request = assembleRequest(wire, all, {
    tools,
    ...(toolChoice !== undefined && { toolChoice }),
  });
  return { request, notes, names, plain: arranged === messages && !itemsOf(wire.input).some(isOwnOrParsed) };
}

/** @throws Failure for what only a server that keeps answers has; `store` is taken and means nothing here */
function refuseState(wire: WireRequest): void {
  if (typeof wire.previous_response_id === 'string') {
    const message = `Previous response with id '${wire.previous_response_id}' not found.`;
    throw invalidParameter('previous_response_id', 'unknown-reference', message);
  }
  for (const name of ['conversation', 'prompt', 'background'] as const) {
    const value = wire[name];
    if (value === undefined || value === null || value === false) continue;
    const message = `'${name}' is not supported by this gateway: send the whole conversation in 'input'.`;
    throw invalidParameter(name, 'unsupported-feature', message);
  }
}

/** True for what no other server takes: compactions, and what OpenAI's SDKs add to an answer which programs send back whole. */
function isOwnOrParsed(item: unknown): boolean {
  if (!isRecord(item)) return false;
  if (item.type === 'compaction' || 'parsed_arguments' in item) return true;
  return Array.isArray(item.content) && item.content.some((part) => isRecord(part) && 'parsed' in part);
}

function decodeInput({ input }: WireRequest): ReturnType<typeof decodeItems> {
  if (input === null || input === undefined) {
    throw invalidParameter('input', 'missing-parameter', "Missing required parameter: 'input'.");
  }
  return decodeItems(itemsOf(input));
}

function namesOf(sources: readonly (readonly number[])[]): HistoryNames {
  const nameOf = (message: number, part: number) => `input[${sources[message]?.[part] ?? 0}].call_id`;
  return { toolResult: nameOf, toolCall: nameOf };
}

function outlineOf({ model, stream, affinityKey, messages }: ConversationRequest): RequestOutline {
  const opening = !messages.some((message) => message.role === 'assistant');
  return { model, stream, choiceCount: 1, affinityKey, opening };
}

function assembleRequest(
  wire: WireRequest,
  messages: readonly Message[],
  tools: Pick<ConversationRequest, 'tools' | 'toolChoice'>,
): ConversationRequest {
  const reasoning = decodeReasoningWish(wire.reasoning);
  const format = wire.text?.format;
  const user = wire.safety_identifier || wire.user;
  const vendor = toVendorData(responsesName, ownMembers(wire));
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
    choiceCount: 1,
    ...(reasoning !== undefined && { reasoning }),
    ...(typeof wire.text?.verbosity === 'string' && { verbosity: wire.text.verbosity }),
    ...(user && { user }),
    ...(wire.prompt_cache_key && { cacheKey: wire.prompt_cache_key }),
    affinityKey: wire.prompt_cache_key || user || deriveAffinityKey(messages),
    ...(vendor !== undefined && { vendor }),
  };
}

function decodeReasoningWish(wire: WireRequest['reasoning']): ReasoningWish | undefined {
  if (!wire) return undefined;
  const shown = typeof wire.summary === 'string' ? { shown: true } : {};
  if (typeof wire.effort === 'string') return { ...wishOfEffort(wire.effort), ...shown };
  return typeof wire.summary === 'string' ? { mode: 'adaptive', shown: true } : undefined;
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

/** Members that the language has a word for, or that mean nothing without state. */
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
  ],
  ...['previous_response_id', 'conversation', 'background', 'prompt', 'include', 'stream_options', 'client_metadata'],
]);

function ownMembers(wire: WireRequest): JsonRecord {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(wire)) {
    if (readMembers.has(name) || value === null || name === '__proto__') continue;
    requireShallow(value, name);
    own[name] = value;
  }
  return own;
}
