import type { HistoryNames } from '../../conversation/arrange-history.ts';
import type { Message, Part } from '../../conversation/message.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { withoutRequestHash } from './attribution.ts';
import { decodeContent, withoutNulls } from './decode-block.ts';
import { anthropicMessages } from './name.ts';
import { message as messageSchema, type WireRequest } from './schema.ts';
import { parseParameter, toParameterName } from './validation-failure.ts';

/**
 * Decodes `system` and the messages in the client's order.
 *
 * @throws Failure `invalid-request` that names the message's member
 */
export function decodeMessages({ system, messages }: WireRequest): readonly Message[] {
  const decoded = messages.map((value, index) => decodeMessage(value, `messages[${index}]`));
  const parts = decodeContent(system ?? [], 'system').map(decodeAttribution);
  return parts.length === 0 ? decoded : [{ role: 'system', parts }, ...decoded];
}

function decodeAttribution(part: Part): Part {
  if (part.type !== 'text') return part;
  const text = withoutRequestHash(part.text);
  return text === part.text ? part : { ...part, text };
}

function decodeMessage(value: unknown, path: string): Message {
  const { role, content, ...members } = parseParameter(messageSchema, value, path);
  const vendor = toVendorData(anthropicMessages, withoutNulls(members));
  return { role, parts: decodeContent(content, `${path}.content`), ...(vendor !== undefined && { vendor }) };
}

/** The API's parameter names of calls and results. */
export function historyNames({ system }: WireRequest): HistoryNames {
  const first = decodeContent(system ?? [], 'system').length === 0 ? 0 : 1;
  const nameOf = (message: number, part: number, member: string) =>
    toParameterName(`messages[${message - first}].content[${part}].${member}`);
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
