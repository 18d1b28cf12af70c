import { shorten } from '../lib/shorten.ts';
import { Failure } from './failure.ts';
import type { AssistantMessage, Message, ToolMessage } from './request.ts';

/** How a client's dialect names the places that can be wrong. */
export interface HistoryNames {
  /** The member of the message at `index` that says which call it answers. */
  toolResult(index: number): string;
  /** The call number `call` of the message at `index`. */
  toolCall(index: number, call: number): string;
}

const chatNames: HistoryNames = {
  toolResult: (index) => `messages[${index}].tool_call_id`,
  toolCall: (index, call) => `messages[${index}].tool_calls[${call}].id`,
};

/**
 * Puts a history into the order that every vendor accepts: assistant messages in a row are joined into one, and the
 * results of tool calls follow the message that made the calls, in the order of the calls. Assistant messages with
 * nothing in them go, unless there is nothing else. Nothing is invented: a result without a call and a call without a
 * result are refused by every vendor, and here.
 *
 * @returns `messages` itself when nothing is wrong
 * @throws Failure `invalid-request` naming the result or the call
 */
export function arrangeHistory(messages: readonly Message[], names: HistoryNames = chatNames): readonly Message[] {
  if (isArranged(messages)) return messages;
  const results = matchResults(messages, names);
  const arranged: Message[] = [];
  for (const turn of joinTurns(messages)) {
    arranged.push(turn.message, ...turn.sources.flatMap((index) => results.get(index) ?? []));
  }
  if (arranged.length > 0) return arranged;
  return messages.length > 1 ? messages.slice(0, 1) : messages;
}

/** True when every run of results answers exactly the calls before it, in order, and no two assistants meet. */
function isArranged(messages: readonly Message[]): boolean {
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (message?.role === 'tool') return false;
    if (message?.role !== 'assistant') continue;
    if (isEmpty(message) || messages[index + 1]?.role === 'assistant') return false;
    for (const call of message.toolCalls) {
      index += 1;
      const result = messages[index];
      if (result?.role !== 'tool' || result.toolCallId !== call.id) return false;
    }
    if (message.toolCalls.length > 0 && messages[index + 1]?.role === 'tool') return false;
  }
  return true;
}

interface OpenCall {
  readonly id: string;
  /** Of the assistant message. */
  readonly index: number;
  readonly call: number;
  result?: ToolMessage;
}

/**
 * Finds each result's call: the nearest one before it that has no result yet (ids may come again in later turns), else
 * the nearest one after it.
 *
 * @returns by the index of an assistant message, the results of its calls in their order
 */
function matchResults(messages: readonly Message[], names: HistoryNames): Map<number, ToolMessage[]> {
  const calls: OpenCall[] = [];
  const openById = new Map<string, OpenCall[]>();
  const early: [number, ToolMessage][] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === 'assistant') {
      const made = message.toolCalls.map(({ id }, call): OpenCall => ({ id, index, call }));
      calls.push(...made);
      // Backwards, since the last one is taken first: calls of one message that share an id are answered in order.
      for (const call of made.toReversed()) appendTo(openById, call.id, call);
    } else if (message.role === 'tool') {
      const call = openById.get(message.toolCallId)?.pop();
      if (call === undefined) early.push([index, message]);
      else call.result = message;
    }
  }
  for (const list of openById.values()) list.reverse();
  for (const [index, message] of early.toReversed()) {
    const call = openById.get(message.toolCallId)?.shift();
    if (call === undefined) throw orphanResult(message, names.toolResult(index), calls);
    call.result = message;
  }
  return resultsByMessage(calls, names);
}

function resultsByMessage(calls: readonly OpenCall[], names: HistoryNames): Map<number, ToolMessage[]> {
  const results = new Map<number, ToolMessage[]>();
  for (const { id, index, call, result } of calls) {
    if (result === undefined) throw unansweredCall(id, names.toolCall(index, call));
    appendTo(results, index, result);
  }
  return results;
}

function appendTo<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function orphanResult(message: ToolMessage, parameter: string, calls: readonly OpenCall[]): Failure {
  const answered = calls.some((call) => call.id === message.toolCallId);
  const problem = answered ? 'has already been answered' : 'is not among the tool calls of the assistant messages';
  return new Failure(
    'invalid-request',
    `Invalid '${parameter}': the tool call '${shorten(message.toolCallId)}' ${problem}.`,
    {
      reason: 'unsupported-value',
      parameter,
      fault: 'request',
    },
  );
}

function unansweredCall(id: string, parameter: string): Failure {
  const message = `Invalid '${parameter}': the tool call '${shorten(id)}' has no result. An assistant message with tool calls must be followed by a tool message for each of them.`;
  return new Failure('invalid-request', message, { reason: 'unsupported-value', parameter, fault: 'request' });
}

interface Turn {
  readonly message: Exclude<Message, ToolMessage>;
  /** Indices of the messages that were joined. */
  readonly sources: readonly number[];
}

/** The messages without results and without empty ones; assistants joined that have no result between them. */
function joinTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  let resultsBetween = false;
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      resultsBetween = true;
      continue;
    }
    if (message.role === 'assistant' && isEmpty(message)) continue;
    const last = turns.at(-1);
    const joins = last?.message.role === 'assistant' && !(resultsBetween && last.message.toolCalls.length > 0);
    if (joins && message.role === 'assistant') {
      const joined = joinAssistants(last.message, message);
      turns[turns.length - 1] = { message: joined, sources: [...last.sources, index] };
    } else {
      turns.push({ message, sources: [index] });
    }
    resultsBetween = false;
  }
  return turns;
}

function joinAssistants(first: AssistantMessage, second: AssistantMessage): AssistantMessage {
  return {
    ...second,
    ...first,
    content: [...first.content, ...second.content],
    toolCalls: [...first.toolCalls, ...second.toolCalls],
  };
}

function isEmpty(message: AssistantMessage): boolean {
  return message.content.length === 0 && message.toolCalls.length === 0;
}
