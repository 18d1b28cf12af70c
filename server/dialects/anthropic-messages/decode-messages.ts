import type { HistoryNames } from '../../conversation/arrange-history.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { Tool } from '../../conversation/request.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { withoutAttribution } from './attribution.ts';
import { decodeContent } from './decode-block.ts';
import { decodeTools } from './decode-tools.ts';
import { applyChanges } from './mid-conversation.ts';
import { anthropicMessages } from './name.ts';
import { message as messageSchema, systemMessage, type WireRequest } from './schema.ts';
import { invalidParameter, parseParameter, toParameterName } from './validation-failure.ts';

/** The messages of a request and what is said in them about the answer. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  /** The changes in the messages that led to these tools. */
  readonly toolChanges: readonly JsonRecord[];
  /** The effort that a system message asks for. */
  readonly effort: string | undefined;
  /** The API's parameter names of calls and results. */
  readonly names: HistoryNames;
}

/**
 * Decodes `system`, the messages in the client's order, and the tools on offer.
 *
 * @throws Failure `invalid-request` that names the message's or the tool's member
 */
export function decodeConversation({ system, messages: given, tools }: WireRequest): Conversation {
  const decoded = given.map((value, index) => decodeMessage(value, `messages[${index}]`));
  const changed = applyChanges(decoded, decodeTools(tools ?? []));
  const parts = decodeContent(system ?? [], 'system').flatMap(removeAttribution);
  const { messages, indices } = changed;
  if (parts.length === 0) return { ...changed, names: historyNames(indices) };
  return { ...changed, messages: [{ role: 'system', parts }, ...messages], names: historyNames([-1, ...indices]) };
}

function removeAttribution(part: Part): readonly Part[] {
  if (part.type !== 'text') return [part];
  const text = withoutAttribution(part.text);
  if (text === part.text) return [part];
  return text === '' ? [] : [{ ...part, text }];
}

function decodeMessage(value: unknown, path: string): Message {
  const { role, content, ...members } = parseMessage(value, path);
  const vendor = toVendorData(anthropicMessages, withoutNulls(members));
  return { role, parts: decodeContent(content ?? [], `${path}.content`), ...withoutUndefined({ vendor }) };
}

function parseMessage(value: unknown, path: string) {
  if (!isRecord(value) || value.role !== 'system') return parseParameter(messageSchema, value, path);
  const message = parseParameter(systemMessage, value, path);
  if (message.content || message.output_config) return message;
  throw invalidParameter(`${path}.content`, 'missing-parameter', 'Field required');
}

/** @param indices the client's index of each message */
function historyNames(indices: readonly number[]): HistoryNames {
  const nameOf = (message: number, part: number, member: string) =>
    toParameterName(`messages[${indices[message]}].content[${part}].${member}`);
  return {
    toolResult: (message, part) => nameOf(message, part, 'tool_use_id'),
    toolCall: (message, part) => nameOf(message, part, 'id'),
  };
}

/** True if the results of each turn's calls are in the next turn, in any order and along with other parts. */
export function hasResultsInNextTurn(messages: readonly Message[]): boolean {
  /** Calls of the latest assistant turn without a result so far. */
  const open = new Set<string>();
  let role: Message['role'] | undefined;
  for (const message of messages) {
    if (message.role === 'system' || message.parts.length === 0) continue;
    if (message.role === 'assistant' && role !== 'assistant' && open.size > 0) return false;
    for (const part of message.parts) {
      if (part.type === 'tool-call') open.add(part.id);
      else if (part.type === 'tool-result' && (message.role !== 'user' || !open.delete(part.callId))) return false;
    }
    role = message.role;
  }
  return open.size === 0;
}
