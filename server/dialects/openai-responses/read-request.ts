import { deriveAffinityKey } from '../../conversation/affinity-key.ts';
import { arrangeHistory, type HistoryNames } from '../../conversation/arrange-history.ts';
import { withRepeatedMembers } from '../../conversation/foreign-data.ts';
import type { Message } from '../../conversation/message.ts';
import { callIdsOf } from '../../conversation/proven-calls.ts';
import { isPlainFileData, isPlainImageUrl } from '../../conversation/read-media.ts';
import { isOwnEffort, wishOfEffort } from '../../conversation/reasoning-effort.ts';
import type {
  ConversationRequest,
  ReasoningWish,
  RequestOutline,
  ResponseFormat,
  Tool,
} from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readArray } from '../../lib/json.ts';
import type { JsonBody } from '../../lib/json-body.ts';
import type { RequestContext } from '../dialect.ts';
import { toFlatChoice, toFlatTool } from '../openai/flat-tool.ts';
import { toOpenaiPart } from '../openai/media-parts.ts';
import { parseBody, requireShallow } from '../openai/parse-body.ts';
import { readThinkingSwitches } from '../openai/thinking-switch.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { toCallId } from './call-id.ts';
import { isChatMessage } from './chat-items.ts';
import { chatMembers, withChatMembers } from './chat-members.ts';
import { itemsOf } from './compaction.ts';
import { decodeItems } from './decode-items.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { isGatewayImage } from './image-item.ts';
import { responsesName } from './name.ts';
import { ownItemMember } from './own-item.ts';
import { isReference, type ResolvedItem } from './resolve-items.ts';
import { requestSchema, type WireRequest } from './schema.ts';
import { isSealedProof } from './sealed-proof.ts';
import { ToolNames } from './tool-names.ts';

export interface ReadRequest {
  readonly request: ConversationRequest;
  readonly notes: TranslationLog;
  readonly names: ToolNames;
  /** True if the body can be sent to the upstream unchanged. */
  readonly plain: boolean;
}

/** @throws Failure for an invalid request, or for features that depend on state of OpenAI's server */
export function parseWire(body: JsonBody): WireRequest {
  return readWire(parseBody(body));
}

/** @throws Failure like `parseWire` */
export function readWire(json: unknown): WireRequest {
  const wire = parseParameter(requestSchema, withChatMembers(json), '');
  rejectServerState(wire);
  return wire;
}

/** @param items the items of the conversation @throws Failure that names the invalid parameter */
export function readRequest(wire: WireRequest, items: readonly ResolvedItem[], { vault }: RequestContext): ReadRequest {
  const notes = new TranslationLog();
  const names = new ToolNames();
  const tools = decodeTools([...(wire.tools ?? []), ...additionalTools(items)], names, notes);
  if ((wire.input ?? null) === null && items.length === 0) throw missingInput();
  const { messages, sources } = decodeItems(items, vault);
  const arranged = arrangeHistory(messages, namesOf(sources));
  const instructions = decodeInstructions(wire.instructions, vault);
  const toolChoice = decodeToolChoice(wire.tool_choice, tools, names);
  const all = [...instructions, ...arranged];
  if (all.length === 0) throw missingInput();
  const request = assembleRequest(wire, all, {
    tools,
    ...(toolChoice !== undefined && { toolChoice }),
  });
  const plain = arranged === messages && isStandardBody(wire);
  return { request: withRepeatedMembers(request, [ownItemMember]), notes, names, plain };
}

/** Decodes the instructions, which are a text or items. @throws Failure that names the invalid parameter */
export function decodeInstructions(
  instructions: WireRequest['instructions'],
  vault: RequestContext['vault'],
): readonly Message[] {
  if (!instructions) return [];
  if (typeof instructions === 'string') return [{ role: 'system', parts: [{ type: 'text', text: instructions }] }];
  return decodeItems(
    instructions.map((item, index) => ({ item, parameter: `instructions[${index}]` })),
    vault,
  ).messages;
}

/** The tools that items of the conversation add. */
function additionalTools(items: readonly ResolvedItem[]): readonly unknown[] {
  return items.flatMap(({ item }) => (isRecord(item) && item.type === 'additional_tools' ? readArray(item.tools) : []));
}

/** @throws Failure for features that depend on state of OpenAI's server */
function rejectServerState(wire: WireRequest): void {
  for (const [name, instead] of Object.entries(insteadOfState)) {
    const value = wire[name];
    if (value === undefined || value === null || value === false) continue;
    throw invalidParameter(name, 'unsupported-feature', `'${name}' is not supported by this gateway: ${instead}.`);
  }
}

/** What clients can do instead of using each feature. */
const insteadOfState = {
  conversation: "send the whole conversation in 'input', or use 'previous_response_id'",
  prompt: "send the prompt in 'instructions' and 'input'",
  background: "leave it out, and set 'stream' to true for long answers",
} as const;

/** True if another server of this API accepts the body unchanged. */
function isStandardBody(wire: WireRequest): boolean {
  const { tools, tool_choice: choice } = wire;
  const effort = wire.reasoning?.effort;
  if (typeof effort === 'string' && !isOwnEffort(effort)) return false;
  if (wire.previous_response_id || toFlatChoice(choice) !== choice) return false;
  if (readThinkingSwitches(wire).names.length > 0) return false;
  if (Object.keys(wire).some((name) => chatMembers.has(name))) return false;
  return !tools?.some((tool) => toFlatTool(tool) !== tool) && !itemsOf(wire.input).some(isNonstandardItem);
}

/**
 * True for items that other servers reject: compactions, references and sealed values of this gateway, ids of calls
 * from other vendors, members that OpenAI's SDKs add to an answer and some programs send back, and forms that only this
 * gateway accepts.
 */
function isNonstandardItem(item: unknown): boolean {
  if (!isRecord(item)) return false;
  if (item.type === null || isChatMessage(item)) return true;
  if (item.type === 'compaction' || 'parsed_arguments' in item || isReference(item)) return true;
  if (typeof item.encrypted_content === 'string' && isSealedProof(item.encrypted_content)) return true;
  if (typeof item.call_id === 'string' && toCallId(item.call_id) !== item.call_id) return true;
  if (item.type === 'image_generation_call' && isGatewayImage(item)) return true;
  if (isBareReasoning(item) || hasForeignId(item) || hasOwnArguments(item) || lacksOutput(item)) return true;
  const isAnswer = item.role === 'assistant';
  return [item.content, item.output].some(
    (parts) =>
      Array.isArray(parts) &&
      parts.some((part) => isChatOrParsedPart(part) || isMisplacedPart(part, isAnswer) || isStrangeMedia(part)),
  );
}

/** OpenAI rejects an item whose id has not the prefix of its type, such as the `item_…` of other servers. */
function hasForeignId({ type, id }: JsonRecord): boolean {
  const prefix = typeof type === 'string' ? idPrefixes.get(type) : undefined;
  return prefix !== undefined && typeof id === 'string' && !id.startsWith(prefix);
}

const idPrefixes: ReadonlyMap<string, string> = new Map([
  ['message', 'msg'],
  ['function_call', 'fc'],
  ['custom_tool_call', 'ctc'],
  ['reasoning', 'rs'],
]);

/** True for a call whose arguments are no text. */
function hasOwnArguments({ type, arguments: written }: JsonRecord): boolean {
  return type === 'function_call' && typeof written !== 'string';
}

function lacksOutput({ type, output }: JsonRecord): boolean {
  const isResult = type === 'function_call_output' || type === 'custom_tool_call_output';
  return isResult && (output ?? null) === null;
}

/**
 * OpenAI would look up reasoning without a proof in its storage, where the gateway stores nothing. It requires a
 * summary, which some programs leave out.
 */
function isBareReasoning(item: JsonRecord): boolean {
  return item.type === 'reasoning' && (!item.encrypted_content || !Array.isArray(item.summary));
}

/** True for a part that belongs to another role, and for an image in the format of Chat Completions. */
function isMisplacedPart(part: unknown, isAnswer: boolean): boolean {
  if (!isRecord(part)) return false;
  if (part.type === 'input_image') return isRecord(part.image_url);
  return isAnswer ? part.type === 'input_text' : part.type === 'output_text' || part.type === 'refusal';
}

/** True for an image or a file whose data OpenAI rejects as it is written, or lacks its name. */
function isStrangeMedia(part: unknown): boolean {
  if (!isRecord(part)) return false;
  if (toOpenaiPart(part) !== part) return true;
  const { type, image_url: url, detail, file_data: data, filename } = part;
  if (type === 'input_image') return (typeof url === 'string' && !isPlainImageUrl(url)) || detail === '';
  return type === 'input_file' && typeof data === 'string' && (!isPlainFileData(data) || !filename);
}

function isChatOrParsedPart(part: unknown): boolean {
  return isRecord(part) && ('parsed' in part || part.type === 'image_url' || part.type === 'text');
}

function missingInput() {
  return invalidParameter('input', 'missing-parameter', "Missing required parameter: 'input'.");
}

function namesOf(sources: readonly (readonly string[])[]): HistoryNames {
  const nameOf = (message: number, part: number) => {
    const source = sources[message]?.[part] ?? 'input';
    return source.startsWith('input[') ? `${source}.call_id` : source;
  };
  return { toolResult: nameOf, toolCall: nameOf };
}

/** @param stores false if nothing may be stored, not even the proofs that the client sends back without */
export function outlineOf(
  { model, stream, affinityKey, messages }: ConversationRequest,
  stores: boolean,
): RequestOutline {
  const opening = !messages.some((message) => message.role === 'assistant');
  const unprovenCalls = stores ? { unprovenCalls: callIdsOf(messages.filter(isUnproven)) } : {};
  return { model, stream, choiceCount: 1, affinityKey, opening, ...unprovenCalls };
}

function isUnproven({ parts }: Message): boolean {
  return !parts.some((part) => 'proof' in part && part.proof !== undefined);
}

export function assembleRequest(
  wire: WireRequest,
  messages: readonly Message[],
  tools: Pick<ConversationRequest, 'tools' | 'toolChoice'>,
): ConversationRequest {
  const reasoning = decodeReasoningWish(wire);
  const format = wire.text?.format;
  const user = wire.safety_identifier || wire.user;
  const stop = typeof wire.stop === 'string' ? [wire.stop] : (wire.stop ?? []);
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
    ...(typeof wire.frequency_penalty === 'number' && { frequencyPenalty: wire.frequency_penalty }),
    ...(typeof wire.presence_penalty === 'number' && { presencePenalty: wire.presence_penalty }),
    ...(stop.length > 0 && { stop }),
    choiceCount: 1,
    ...(reasoning !== undefined && { reasoning }),
    ...imageOutputOf(tools.tools),
    ...(typeof wire.text?.verbosity === 'string' && { verbosity: wire.text.verbosity }),
    ...(user && { user }),
    ...(wire.prompt_cache_key && { cacheKey: wire.prompt_cache_key }),
    affinityKey: wire.prompt_cache_key || user || deriveAffinityKey(messages),
    ...(vendor !== undefined && { vendor }),
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

function decodeReasoningWish(wire: WireRequest): ReasoningWish | undefined {
  const { effort, summary } = wire.reasoning ?? {};
  const isShown = typeof summary === 'string';
  const wish = effort ? wishOfEffort(effort) : readThinkingSwitches(wire).reasoning;
  if (wish === undefined) return isShown ? { mode: 'adaptive', shown: true } : undefined;
  return { ...wish, ...(isShown && { shown: true }) };
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

function ownMembers(wire: WireRequest): JsonRecord {
  const own: Record<string, unknown> = {};
  const switches = readThinkingSwitches(wire).names;
  for (const [name, value] of Object.entries(wire)) {
    if (readMembers.has(name) || chatMembers.has(name) || value === null || name === '__proto__') continue;
    if (switches.includes(name)) continue;
    requireShallow(value, name);
    own[name] = value;
  }
  return own;
}
