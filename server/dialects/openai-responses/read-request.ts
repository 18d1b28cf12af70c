import { arrangeHistory, type HistoryNames } from '../../conversation/arrange-history.ts';
import { withRepeatedMembers } from '../../conversation/foreign-data.ts';
import type { Message } from '../../conversation/message.ts';
import { callIdsOf } from '../../conversation/proven-calls.ts';
import type { ConversationRequest, RequestOutline, Tool } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { isRecord } from '../../lib/json.ts';
import type { JsonBody } from '../../lib/json-body.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { RequestContext } from '../dialect.ts';
import { parseBody } from '../openai/parse-body.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { assembleRequest } from './assemble-request.ts';
import { withChatMembers } from './chat-members.ts';
import { toolsAddedBy } from './client-tools.ts';
import { decodeItems } from './decode-items.ts';
import { decodeToolChoice, decodeTools, hostedChoiceOf } from './decode-tools.ts';
import { ownItemMember } from './own-item.ts';
import type { ResolvedItem } from './resolved-item.ts';
import { requestSchema, type WireRequest } from './schema.ts';
import { isStandardBody } from './standard-body.ts';
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
  const tools = readTools(wire, items, names, notes);
  if ((wire.input ?? null) === null && items.length === 0) throw missingInput();
  const { messages, sources } = decodeItems(items, vault);
  const arranged = arrangeHistory(messages, namesOf(sources));
  const instructions = decodeInstructions(wire.instructions, vault);
  const toolChoice = decodeToolChoice(wire.tool_choice, tools, names);
  const all = [...instructions, ...arranged];
  if (all.length === 0) throw missingInput();
  const hosted = hostedChoiceOf(wire.tool_choice, names);
  const request = assembleRequest(wire, all, { tools, ...withoutUndefined({ toolChoice }) }, hosted);
  if ((wire.messages ?? undefined) !== undefined) notes.dropped('messages', "The conversation is in 'input'.");
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

/** Decodes the tools of the request and those that items of the conversation add, each once. */
function readTools(wire: WireRequest, items: readonly ResolvedItem[], names: ToolNames, notes: TranslationLog): Tool[] {
  const own = decodeTools(wire.tools ?? [], names, notes);
  const added = items.flatMap(({ item, parameter }) =>
    isRecord(item) ? decodeTools(toolsAddedBy(item), names, notes, `${parameter}.tools`) : [],
  );
  const known = new Set(own.map(({ name }) => name));
  const unknown = added.filter(({ type, name }) => {
    if (type === 'function' && known.has(name)) return false;
    known.add(name);
    return true;
  });
  return [...own, ...unknown];
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
