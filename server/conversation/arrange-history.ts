import { pushAll } from '../lib/push-all.ts';
import { shorten } from '../lib/shorten.ts';
import { Failure, type FailureReason } from './failure.ts';
import type { Message, Part, ToolCallPart, ToolResultPart } from './message.ts';

/** How a dialect names members of a history in error messages. Indices are those of messages and their parts. */
export interface HistoryNames {
  /** The member of a result that holds the id of its call, such as `messages[2].tool_call_id`. */
  toolResult(message: number, part: number): string;
  /** The member that holds a call's id, such as `messages[1].tool_calls[0].id`. */
  toolCall(message: number, part: number): string;
}

/**
 * Puts a history into the order that every vendor accepts. Consecutive assistant messages are joined. Tool results are
 * moved directly behind the message that made the calls, in the order of the calls. Empty assistant messages are
 * removed, unless the history has nothing else. Nothing is invented: a result without a call or a call without a result
 * is rejected, as every vendor does.
 *
 * @returns the same array when it is already in order
 * @throws Failure `invalid-request` that names the result or the call
 */
export function arrangeHistory(messages: readonly Message[], names: HistoryNames): readonly Message[] {
  if (isArranged(messages)) return messages;
  const results = matchResults(messages, names);
  const arranged: Message[] = [];
  for (const { message, sources } of joinTurns(messages)) {
    const answers = sources.flatMap((index) => results.get(index) ?? []);
    arranged.push(message);
    if (answers.length > 0) arranged.push({ role: 'user', parts: answers });
  }
  if (arranged.length > 0) return arranged;
  return messages.length > 1 ? messages.slice(0, 1) : messages;
}

/** The ids of an assistant message's calls, in order. */
function callIdsOf(message: Message): string[] {
  const ids: string[] = [];
  for (const part of message.parts) if (part.type === 'tool-call') ids.push(part.id);
  return ids;
}

/**
 * True when tool results directly follow their calls, in the same order and without gaps, and no assistant message is
 * empty or follows another one.
 */
function isArranged(messages: readonly Message[]): boolean {
  /** Ids of the latest calls. The first `answered` of them have results. */
  let calls: string[] = [];
  let answered = 0;
  for (const [index, message] of messages.entries()) {
    const waits = answered < calls.length;
    if (message.role === 'assistant') {
      if (waits || message.parts.length === 0 || messages[index - 1]?.role === 'assistant') return false;
      calls = callIdsOf(message);
      answered = 0;
    } else {
      if (waits && message.role !== 'user') return false;
      const answers = countAnswers(message, calls, answered);
      if (answers === undefined) return false;
      answered += answers;
    }
  }
  return answered === calls.length;
}

/**
 * Counts the results in a message that answer the next calls.
 *
 * @param answered how many of the calls already have results
 * @returns undefined if a result is out of order or another part comes before an outstanding result
 */
function countAnswers(message: Message, calls: readonly string[], answered: number): number | undefined {
  let next = answered;
  for (const part of message.parts) {
    const awaited = calls[next];
    if (part.type === 'tool-result' ? part.callId !== awaited : awaited !== undefined) return undefined;
    if (awaited !== undefined) next += 1;
  }
  return next - answered;
}

interface OpenCall {
  readonly id: string;
  /** Index of the assistant message. */
  readonly message: number;
  readonly part: number;
  result?: ToolResultPart;
}

interface EarlyResult {
  readonly message: number;
  readonly part: number;
  readonly result: ToolResultPart;
}

/**
 * Matches each result with the nearest call before it that has no result yet (clients reuse ids in later turns),
 * otherwise with the nearest one after it.
 *
 * @returns the results in the order of their calls, by the index of the assistant message
 */
function matchResults(messages: readonly Message[], names: HistoryNames): Map<number, ToolResultPart[]> {
  const calls: OpenCall[] = [];
  const openById = new Map<string, OpenCall[]>();
  const early: EarlyResult[] = [];
  for (const [index, message] of messages.entries()) {
    const made = callsOf(message, index);
    pushAll(calls, made);
    // Pushed in reverse because pop() takes the last one: calls of one message with the same id are answered in order.
    for (const call of made.toReversed()) appendTo(openById, call.id, call);
    for (const [place, part] of message.parts.entries()) {
      if (part.type !== 'tool-result') continue;
      const call = openById.get(part.callId)?.pop();
      if (call === undefined) early.push({ message: index, part: place, result: part });
      else call.result = part;
    }
  }
  const unanswered = new Map<string, OpenCall[]>();
  for (const call of early.length === 0 ? [] : calls) {
    if (call.result === undefined) appendTo(unanswered, call.id, call);
  }
  for (const { message, part, result } of early.toReversed()) {
    const call = unanswered.get(result.callId)?.pop();
    if (call === undefined) throw orphanResult(result, names.toolResult(message, part), calls);
    call.result = result;
  }
  return resultsByMessage(calls, names);
}

function callsOf(message: Message, index: number): OpenCall[] {
  if (message.role !== 'assistant') return [];
  return message.parts.flatMap((part, place) => (part.type === 'tool-call' ? openCall(part, index, place) : []));
}

function openCall({ id }: ToolCallPart, message: number, part: number): OpenCall {
  return { id, message, part };
}

function resultsByMessage(calls: readonly OpenCall[], names: HistoryNames): Map<number, ToolResultPart[]> {
  const results = new Map<number, ToolResultPart[]>();
  for (const { id, message, part, result } of calls) {
    if (result === undefined) throw unansweredCall(id, names.toolCall(message, part));
    appendTo(results, message, result);
  }
  return results;
}

function appendTo<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function orphanResult(result: ToolResultPart, parameter: string, calls: readonly OpenCall[]): Failure {
  const answered = calls.some((call) => call.id === result.callId);
  const problem = answered ? 'has already been answered' : 'is not among the tool calls of the assistant messages';
  return invalidHistory('unexpected-result', parameter, `the tool call '${shorten(result.callId)}' ${problem}.`);
}

function unansweredCall(id: string, parameter: string): Failure {
  const problem = `the tool call '${shorten(id)}' has no result. The result of each tool call must follow it.`;
  return invalidHistory('unanswered-call', parameter, problem);
}

function invalidHistory(reason: FailureReason, parameter: string, problem: string): Failure {
  return new Failure('invalid-request', `Invalid '${parameter}': ${problem}`, { reason, parameter, fault: 'request' });
}

interface Turn {
  readonly message: Message;
  /** Indices of the messages it was joined from. */
  readonly sources: readonly number[];
}

/** The last assistant turn, to which more messages may be joined. */
interface OpenTurn extends Turn {
  message: Message;
  /** The parts of `message`. The array is not shared, so that parts can be appended. */
  readonly parts: Part[];
  readonly sources: number[];
  hasCalls: boolean;
}

/**
 * Removes tool results and empty messages, and joins consecutive assistant messages. Messages with a result of the
 * first one's calls between them are not joined.
 */
function joinTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  let open: OpenTurn | undefined;
  let resultsBetween = false;
  for (const [index, whole] of messages.entries()) {
    const parts = whole.parts.filter((part) => part.type !== 'tool-result');
    const message = parts.length === whole.parts.length ? whole : { ...whole, parts };
    if (message !== whole) resultsBetween = true;
    if (parts.length === 0 && (message !== whole || message.role === 'assistant')) continue;
    if (message.role === 'assistant' && open !== undefined && !(resultsBetween && open.hasCalls)) {
      for (const part of parts) open.parts.push(part);
      open.message = { ...message, ...open.message, parts: open.parts };
      open.sources.push(index);
      open.hasCalls ||= parts.some(isCall);
    } else if (message.role === 'assistant') {
      open = { message, parts: [...parts], sources: [index], hasCalls: parts.some(isCall) };
      turns.push(open);
    } else {
      open = undefined;
      turns.push({ message, sources: [index] });
    }
    resultsBetween = false;
  }
  return turns;
}

function isCall(part: Part): boolean {
  return part.type === 'tool-call';
}
