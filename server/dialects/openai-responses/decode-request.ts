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
import { isRecord, type JsonRecord, parseJson } from '../../lib/json.ts';
import type { AnswerEncoders, DecodedRequest, RequestContext, RequestHead } from '../dialect.ts';
import { parseBody, requireShallow, textOffset } from '../openai/parse-body.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { toCallId } from './call-id.ts';
import { expandCompactions, itemsOf, splitForCompaction, takeTrigger, toSummaryRequest } from './compaction.ts';
import { decodeItems } from './decode-items.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { encodeCompacted } from './encode-answer.ts';
import { createRelayEncoders, createResponsesEncoders, type ResponsesAnswerOptions } from './encoders.ts';
import type { KeepingOptions } from './kept-response.ts';
import { responsesName } from './name.ts';
import { isReference, type ResolvedItem, referencesOf, resolveItems, resolveOwnItems } from './resolve-items.ts';
import { echoRequest } from './response-object.ts';
import { requestSchema, type WireRequest } from './schema.ts';
import { isSealedProof } from './sealed-proof.ts';
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
 * @throws Failure `invalid-request` naming the parameter; also for what is not kept (any more), or only by OpenAI's own server
 */
export function decodeRequest(bytes: Uint8Array, _head: RequestHead, context: RequestContext): DecodedRequest {
  const body = asBuffer(bytes);
  const wire = parseWire(body);
  if (takeTrigger(wire.input) !== undefined) {
    requireWholeBody(body);
    return decodeTriggeredCompaction(wire, context);
  }
  const { request, notes, names, plain } = readRequest(wire, resolveItems(wire, context.recalled), context);
  const ownItems = () => resolveOwnItems(parseWire(body), context.recalled).map(({ item }) => item);
  const previous = wire.previous_response_id ?? undefined;
  const options = optionsOf(wire, names, context, { ownItems, previous });
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
export function decodeCountRequest(
  bytes: Uint8Array,
  _head: RequestHead,
  context: RequestContext,
): ConversationRequest {
  const wire = parseWire(asBuffer(bytes));
  return readRequest(wire, resolveItems(wire, context.recalled), context).request;
}

/** The names of the responses and items that a request refers to. Most refer to none, which is seen without parsing them. */
export function readReferences(bytes: Uint8Array): readonly string[] {
  const body = asBuffer(bytes);
  if (!referring.some((word) => body.includes(word))) return [];
  const value = parseJson(body.toString('utf8', textOffset(body)));
  return isRecord(value) ? referencesOf(value.previous_response_id, value.input) : [];
}

/** One of them is in every body that refers to something. Escapes in a member's name are nothing that a client writes. */
const referring = ['"previous_response_id"', '"item_reference"', '"reasoning"', '"id"'];

/** Decodes the body of `POST /v1/responses/compact`. @throws Failure as `decodeRequest` does */
export function decodeCompactRequest(bytes: Uint8Array, _head: RequestHead, context: RequestContext): DecodedRequest {
  const body = asBuffer(bytes);
  requireWholeBody(body);
  const wire = parseWire(body);
  const { decoded, compacts } = decodeSummary({ ...wire, stream: false }, context);
  const { createStreamEncoder } = decoded.encoders;
  const encodeAnswer: AnswerEncoders['encodeAnswer'] = (answer, place) => encodeCompacted(answer, place, compacts);
  return { ...decoded, encoders: { encodeAnswer, createStreamEncoder } };
}

/** A stream whose output is one compaction of everything before the trigger. */
function decodeTriggeredCompaction(wire: WireRequest, context: RequestContext): DecodedRequest {
  if (wire.stream !== true) {
    throw invalidParameter('stream', 'unsupported-value', "A 'compaction_trigger' needs 'stream' to be true.");
  }
  return decodeSummary({ ...wire, input: [...(takeTrigger(wire.input) ?? [])] }, context).decoded;
}

interface DecodedSummary {
  readonly decoded: DecodedRequest;
  readonly compacts: NonNullable<ResponsesAnswerOptions['compacts']>;
}

function decodeSummary(wire: WireRequest, context: RequestContext): DecodedSummary {
  const { recalled, vault } = context;
  const items = expandCompactions(resolveItems(wire, recalled), vault).map(({ item }) => item);
  const { summed, kept } = splitForCompaction(items);
  const summary = toSummaryRequest(wire, summed);
  const { request, notes, names } = readRequest(summary, resolveOwnItems(summary, recalled), context);
  const compacts = { kept, vault };
  // It stands for all that was before it: nothing of that is kept with it.
  const keeping = { ownItems: () => [], previous: undefined };
  const encoders = createResponsesEncoders({ ...optionsOf(wire, names, context, keeping), compacts });
  return { decoded: { outline: outlineOf(request), request: () => request, notes: notes.list(), encoders }, compacts };
}

function optionsOf(
  wire: WireRequest,
  names: ToolNames,
  { vault }: RequestContext,
  keeping: Omit<KeepingOptions, 'stores'>,
): ResponsesAnswerOptions {
  return {
    names,
    vault,
    echo: echoRequest(wire),
    showsReasoning: wire.reasoning?.summary !== undefined && wire.reasoning.summary !== null,
    givesProofs: wire.include?.includes('reasoning.encrypted_content') === true,
    stores: wire.store !== false,
    ...keeping,
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

function readRequest(wire: WireRequest, items: readonly ResolvedItem[], { vault }: RequestContext): ReadRequest {
  const notes = new TranslationLog();
  const names = new ToolNames();
  const tools = decodeTools(wire.tools ?? [], names, notes);
  if ((wire.input ?? null) === null && items.length === 0) throw withoutInput();
  const { messages, sources } = decodeItems(items, vault);
  const arranged = arrangeHistory(messages, namesOf(sources));
  const instructions: Message[] = wire.instructions
    ? [{ role: 'system', parts: [{ type: 'text', text: wire.instructions }] }]
    : [];
  const toolChoice = decodeToolChoice(wire.tool_choice, tools, names);
  const all = [...instructions, ...arranged];
  if (all.length === 0) throw withoutInput();
  const request = assembleRequest(wire, all, {
    tools,
    ...(toolChoice !== undefined && { toolChoice }),
  });
  return { request, notes, names, plain: arranged === messages && isForeignToNobody(wire) };
}

/** @throws Failure for what only OpenAI's own server has */
function refuseState(wire: WireRequest): void {
  for (const name of ['conversation', 'prompt', 'background'] as const) {
    const value = wire[name];
    if (value === undefined || value === null || value === false) continue;
    const message = `'${name}' is not supported by this gateway: send the whole conversation in 'input'.`;
    throw invalidParameter(name, 'unsupported-feature', message);
  }
}

/** True for a request that another server understands as it stands. */
function isForeignToNobody(wire: WireRequest): boolean {
  return !wire.previous_response_id && !itemsOf(wire.input).some(isOwnOrParsed);
}

/**
 * True for what no other server takes: compactions, what was kept or sealed here, ids of calls that are other vendors', and
 * what OpenAI's SDKs add to an answer which programs send back whole.
 */
function isOwnOrParsed(item: unknown): boolean {
  if (!isRecord(item)) return false;
  if (item.type === 'compaction' || 'parsed_arguments' in item || isReference(item)) return true;
  if (typeof item.encrypted_content === 'string' && isSealedProof(item.encrypted_content)) return true;
  if (typeof item.call_id === 'string' && toCallId(item.call_id) !== item.call_id) return true;
  return Array.isArray(item.content) && item.content.some((part) => isRecord(part) && 'parsed' in part);
}

function withoutInput() {
  return invalidParameter('input', 'missing-parameter', "Missing required parameter: 'input'.");
}

function namesOf(sources: readonly (readonly string[])[]): HistoryNames {
  const nameOf = (message: number, part: number) => {
    const source = sources[message]?.[part] ?? 'input';
    return source.startsWith('input[') ? `${source}.call_id` : source;
  };
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
