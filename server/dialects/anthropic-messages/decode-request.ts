import { deriveAffinityKey } from '../../conversation/affinity-key.ts';
import { arrangeHistory } from '../../conversation/arrange-history.ts';
import { Failure } from '../../conversation/failure.ts';
import { withRepeatedMembers } from '../../conversation/foreign-data.ts';
import type { ConversationRequest, OriginalBody, ResponseFormat } from '../../conversation/request.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { distinctMembers, type JsonBody, parseJsonBody } from '../../lib/json-body.ts';
import { isNestedWithin } from '../../lib/json-depth.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { DecodedRequest, RequestHead } from '../dialect.ts';
import { readNamedModel } from '../named-model.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { createCompactionEncoders, toSummaryRequest } from './compaction.ts';
import { decodeConversation, hasResultsInNextTurn } from './decode-messages.ts';
import { decodeThinking, vendorThinking } from './decode-thinking.ts';
import { decodeToolChoice } from './decode-tools.ts';
import { createMessagesEncoders, createRelayEncoders } from './encoders.ts';
import { anthropicMessages } from './name.ts';
import { answerRequest, countRequest, type WireRequest } from './schema.ts';
import { invalidParameter, parseParameter } from './validation-failure.ts';

/** Maximum nesting of a body. Every serializer and parser on the way can handle it. */
const maxDepth = 256;

/**
 * Decodes the body of `POST /v1/messages`.
 *
 * @throws Failure `invalid-request` that names the parameter
 */
export function decodeRequest(body: JsonBody, head: RequestHead): DecodedRequest {
  const sent = parseBody(body);
  const json = withNamedModel(sent, head);
  rejectThread(json);
  const given = parseParameter(answerRequest, json, '');
  const { messages: decoded, tools, toolChanges, effort, names } = decodeConversation(given);
  const wire = withEffort(given, effort);
  const arranged = arrangeHistory(decoded, names);
  const settings = { ...decodeSettings(wire, json, head, deriveAffinityKey(arranged)), tools };
  const repeated = repeatedAmong(wire, settings.reasoning !== undefined);
  const request = withRepeatedMembers({ ...settings, messages: arranged }, repeated);
  const options = answerOptionsOf(wire);
  // A history that the vendor itself accepts is not rearranged when it is relayed.
  const shape = hasResultsInNextTurn(decoded) ? { ...settings, messages: decoded } : request;
  const original = json === sent ? toOriginal(body, shape) : undefined;
  const { model, stream, affinityKey } = request;
  const opening = !decoded.some(({ role }) => role === 'assistant');
  const outline = { model, stream, choiceCount: 1, affinityKey, opening };
  const encoders = createMessagesEncoders(options);
  if (wire.compaction) {
    const summaryRequest = toSummaryRequest(request, wire.compaction.instructions);
    return {
      outline,
      request: () => summaryRequest,
      notes: [],
      encoders: createCompactionEncoders(encoders, toolChanges),
    };
  }
  return {
    outline,
    request: () => request,
    notes: [],
    encoders,
    relayEncoders: createRelayEncoders(options),
    ...withoutUndefined({ original }),
  };
}

/**
 * Decodes the body of `POST /v1/messages/count_tokens`.
 *
 * @throws Failure `invalid-request` that names the parameter
 */
export function decodeCountRequest(body: JsonBody, head: RequestHead): ConversationRequest {
  const json = parseBody(body);
  const wire = parseParameter(countRequest, json, '');
  const { messages, tools, effort } = decodeConversation(wire);
  return { ...decodeSettings(withEffort(wire, effort), json, head, undefined), messages, tools };
}

/** Adds the model that Vertex AI's clients name in the path. */
function withNamedModel(json: JsonRecord, head: RequestHead): JsonRecord {
  const model = (json.model ?? '') === '' ? readNamedModel(head) : undefined;
  return model === undefined ? json : { ...json, model };
}

function parseBody(body: JsonBody): JsonRecord {
  const json = parseJsonBody(body);
  if (json === undefined) {
    const message = 'The request body is not valid JSON in UTF-8.';
    throw new Failure('invalid-request', message, { reason: 'malformed-json', fault: 'request' });
  }
  if (!isRecord(json)) throw invalidParameter('', 'invalid-type', 'The request body should be a JSON object.');
  if (isNestedWithin(json, maxDepth)) return json;
  throw invalidParameter('', 'unsupported-value', `The request body is nested more than ${maxDepth} levels deep.`);
}

/** Rejects threads. The details make the SDK's tool runner send the whole conversation each time. */
function rejectThread({ thread }: JsonRecord): void {
  if (thread === undefined || thread === null) return;
  const message = 'thread: this gateway does not support threads. Send the whole conversation instead.';
  const details = { error_code: 'thread_unsupported_request', unsupported: ['thread'] };
  throw new Failure('invalid-request', message, {
    reason: 'unsupported-feature',
    parameter: 'thread',
    fault: 'request',
    vendor: { [anthropicMessages]: { details } },
  });
}

function withEffort<Request extends WireRequest>(wire: Request, effort: string | undefined): Request {
  return effort === undefined ? wire : { ...wire, output_config: { ...wire.output_config, effort } };
}

type Settings = Omit<ConversationRequest, 'messages' | 'tools'>;

function decodeSettings(
  wire: WireRequest,
  json: JsonRecord,
  head: RequestHead,
  derivedKey: string | undefined,
): Settings {
  const session = head.headers['x-claude-code-session-id'];
  const user = wire.metadata?.user_id ?? undefined;
  const affinityKey = (typeof session === 'string' ? session : undefined) ?? user ?? derivedKey;
  const reasoning = decodeThinking(wire);
  const responseFormat = decodeFormat(wire);
  const vendor = toVendorData(anthropicMessages, vendorMembers(wire, json));
  return {
    model: wire.model,
    stream: wire.stream === true,
    ...decodeToolChoice(wire.tool_choice),
    ...withoutUndefined({
      responseFormat,
      maxOutputTokens: wire.max_tokens ?? undefined,
      temperature: wire.temperature ?? undefined,
      topP: wire.top_p ?? undefined,
      topK: wire.top_k ?? undefined,
      stop: wire.stop_sequences?.length ? wire.stop_sequences : undefined,
      reasoning,
      user,
      affinityKey,
    }),
    choiceCount: 1,
    ...withoutUndefined({ vendor }),
  };
}

/**
 * Names of vendor members that repeat what the neutral request already covers. `type`, `content` and `tool_changes` stand
 * for tools, search results and compactions, which are decoded to parts.
 */
function repeatedAmong({ output_config: config }: WireRequest, readsEffort: boolean): readonly string[] {
  const read = new Set(['format', ...(readsEffort ? ['effort'] : [])]);
  const isRead = Object.keys(withoutNulls(config ?? {})).every((name) => read.has(name));
  return [...['output_format', 'type', 'content', 'tool_changes'], ...(isRead ? ['output_config'] : [])];
}

/** Reads the format from `output_config` or the older `output_format`. */
function decodeFormat({ output_config: config, output_format: older }: WireRequest): ResponseFormat | undefined {
  const format = config?.format ?? older;
  return format ? { type: 'json-schema', name: 'answer', schema: format.schema, strict: true } : undefined;
}

/** Members that the neutral request covers completely, and the version, of which each route has its own. */
const decodedMembers: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'system', 'stream', 'max_tokens', 'temperature', 'top_p', 'top_k', 'stop_sequences'],
  ...['tools', 'tool_choice', 'thinking', 'metadata', 'thread', 'compaction', 'anthropic_version'],
]);

function vendorMembers(wire: WireRequest, json: JsonRecord): JsonRecord {
  const members = Object.entries(withoutNulls(json)).filter(
    ([name]) => !decodedMembers.has(name) && name !== '__proto__',
  );
  const { user_id: _user, ...metadata } = wire.metadata ?? {};
  const thinking = vendorThinking(wire.thinking);
  return {
    ...Object.fromEntries(members),
    ...(wire.output_config && { output_config: withoutNulls(wire.output_config) }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(Object.keys(thinking).length > 0 && { thinking }),
  };
}

function answerOptionsOf({ thinking, stop_sequences: stop }: WireRequest): MessagesAnswerOptions {
  const asked = thinking !== null && thinking !== undefined && thinking.type !== 'disabled';
  return {
    thinking: !asked ? 'hidden' : 'display' in thinking && thinking.display === 'omitted' ? 'omitted' : 'shown',
    stopSequences: stop ?? [],
  };
}

function toOriginal(body: JsonBody, shape: ConversationRequest): OriginalBody | undefined {
  const members = distinctMembers(body, true);
  return members && { dialect: anthropicMessages, bytes: body.bytes, members, shape };
}
