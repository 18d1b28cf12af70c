import type { ConversationAnswer } from '../../conversation/answer.ts';
import type { ConversationEvent, FinishReason } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import {
  isRecord,
  type JsonRecord,
  parseJsonExactly,
  readArray,
  readCount,
  readRecord,
  readText,
} from '../../lib/json.ts';
import { mapSame } from '../../lib/map-same.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import type { ChatAnswerOptions } from './answer-options.ts';
import { encodeAnswer, systemFingerprint } from './encode-answer.ts';
import { encodeErrorBody } from './encode-failure.ts';
import { encodeUsage } from './encode-usage.ts';
import { announcesCalls, encodeFinishReason, isOwnFinishReason } from './finish-reason.ts';
import { chatHeartbeat } from './heartbeat.ts';
import { readUsage } from './read-usage.ts';
import { isToolCallEvent, isWholeChoice, RelayedChoice, withoutStrayNulls } from './relayed-choice.ts';

/*
 * Answers of an upstream with this dialect are relayed unchanged, except for the model's name and what every client of
 * OpenAI relies on: an id, a finish reason for each choice, the usage, and no errors other than the gateway's own.
 */

/** Encodes a complete answer. */
export function encodeRelayedAnswer(
  whole: ConversationAnswer & { readonly usage: Usage },
  context: AnswerContext,
  options: ChatAnswerOptions,
): ByteString {
  const { frame, choices, usage } = whole;
  const { id, created, model } = context;
  const answer = withoutInvalidMembers(readFrame(frame ?? ''));
  if (!readArray(answer.choices).every(isWholeChoice)) return encodeAnswer(whole, context, options);
  const reasons = new Map(choices.map(({ index, finish }) => [index, finish.reason]));
  return encodeJson({
    id: `chatcmpl-${id}`,
    created,
    system_fingerprint: systemFingerprint,
    ...answer,
    object: 'chat.completion',
    model,
    choices: readArray(answer.choices).map((choice, place) => withReason(readRecord(choice), place, reasons)),
    usage: isWhole(answer.usage) && isCounted(answer.usage) ? answer.usage : encodeUsage(usage),
  });
}

/** True if the reported output tokens include all tokens of the answer. */
function isWhole(usage: unknown): boolean {
  const whole = readUsage(usage, undefined)?.outputTokens ?? 0;
  return isRecord(usage) && whole === (readCount(usage.completion_tokens) ?? 0);
}

/** True if the usage has all counts, and no null in place of one: Zed and others reject the answer then. */
function isCounted(usage: unknown): boolean {
  const counts = readRecord(usage);
  const details = [counts.prompt_tokens_details ?? {}, counts.completion_tokens_details ?? {}];
  return (
    ['prompt_tokens', 'completion_tokens', 'total_tokens'].every((name) => Number.isInteger(counts[name])) &&
    [counts, ...details.map(readRecord)].every((each) => !Object.values(each).includes(null))
  );
}

/** @param place the position of the choice, which is its index if it has none */
function withReason(choice: JsonRecord, place: number, reasons: ReadonlyMap<unknown, FinishReason>): JsonRecord {
  const index = choice.index ?? place;
  const reason = reasons.get(index);
  const { message } = choice;
  const whole = isRecord(message) ? { logprobs: null, ...choice, index, message: completed(message) } : choice;
  const { finish_reason: written } = choice;
  if (reason === undefined || (isOwnFinishReason(written) && !announcesCalls(written))) return whole;
  return { ...whole, finish_reason: encodeFinishReason(reason, false) };
}

function completed(message: JsonRecord): JsonRecord {
  return { content: null, refusal: null, ...withoutStrayNulls(message), role: 'assistant' };
}

/** Encodes the chunks of a stream. */
export function createRelayStreamEncoder(context: AnswerContext, options: ChatAnswerOptions): StreamEncoder {
  return new RelayStreamEncoder(context, options);
}

class RelayStreamEncoder implements StreamEncoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #includeUsage: boolean;
  readonly #nullUsage: boolean;
  /** The members of every chunk, taken from the upstream's first chunk if it has them. */
  #head: JsonRecord;
  #hasHead = false;
  readonly #choices = new Map<unknown, RelayedChoice>();
  #ended = false;

  constructor({ id, created, model }: AnswerContext, options: ChatAnswerOptions) {
    this.#head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model };
    this.#includeUsage = options.includeUsage;
    this.#nullUsage = options.includeUsage && options.withoutNullUsage !== true;
  }

  heartbeat(): ByteString {
    return chatHeartbeat;
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const event of events) {
      if (event.type === 'frame') written += this.#encodeFrame(event.data);
      else if (isToolCallEvent(event)) written += this.#encodeCall(event.choice, event);
      else if (event.type === 'finish') written += this.#encodeFinish(event.choice, event.reason);
    }
    return asByteString(written);
  }

  /** Sends the gateway's own usage, which is known even if the upstream does not report it. */
  end(usage: Usage): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    const report = { ...this.#head, choices: [], usage: encodeUsage(usage) };
    const last = this.#includeUsage ? `data: ${encodeJson(report)}\n\n` : '';
    return asByteString(`${last}data: [DONE]\n\n`);
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    return asByteString(`data: ${toByteString(encodeErrorBody(failure))}\n\n`);
  }

  #encodeFrame(data: string): string {
    const { usage, ...chunk } = withoutInvalidMembers(readFrame(data));
    // `fail` sends errors, and `end` sends the usage. Clients fail at an event without choices, which is not a chunk.
    if (chunk.error !== undefined || !Array.isArray(chunk.choices)) return '';
    const choices = readArray(chunk.choices);
    if (choices.length === 0 && isRecord(usage)) return '';
    this.#takeHead(chunk);
    const completed = mapSame(choices, (choice, place) => {
      if (!isRecord(choice)) return choice;
      return this.#choiceOf(choice.index ?? place).complete(choice);
    }).filter((choice) => choice !== undefined);
    if (choices.length > 0 && completed.length === 0) return '';
    const { id, object, created, model } = this.#head;
    return this.#write({ ...this.#head, ...chunk, id, object, created, model, choices: completed });
  }

  #choiceOf(index: unknown): RelayedChoice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new RelayedChoice(index);
      this.#choices.set(index, choice);
    }
    return choice;
  }

  #encodeCall(index: number, event: Parameters<RelayedChoice['encode']>[0]): string {
    const delta = this.#choiceOf(index).encode(event);
    if (delta === undefined) return '';
    return this.#write({ ...this.#head, choices: [{ index, delta, logprobs: null, finish_reason: null }] });
  }

  #takeHead({ id, created }: JsonRecord): void {
    if (this.#hasHead) return;
    this.#hasHead = true;
    this.#head = { ...this.#head, ...withoutUndefined({ id, created }) };
  }

  /** Encodes the finish of a choice for which the upstream sent no reason. */
  #encodeFinish(index: number, reason: FinishReason): string {
    if (this.#choices.get(index)?.finished === true) return '';
    const delta = this.#choices.get(index)?.missingArguments() ?? {};
    const choice = { index, delta, logprobs: null, finish_reason: encodeFinishReason(reason, false) };
    return this.#write({ ...this.#head, choices: [choice] });
  }

  #write(chunk: JsonRecord): string {
    // With `include_usage`, all of OpenAI's chunks have the member, and it is null in all but the last.
    return `data: ${encodeJson(this.#nullUsage ? { ...chunk, usage: null } : chunk)}\n\n`;
  }
}

/** The values of `service_tier` in answers. Clients that validate answers accept no others. */
const serviceTiers: ReadonlySet<unknown> = new Set(['auto', 'default', 'flex', 'scale', 'priority']);

/** Removes what validating clients reject. @returns the same answer or chunk if all members are valid */
function withoutInvalidMembers(answer: JsonRecord): JsonRecord {
  const { id, created, service_tier: tier } = answer;
  const invalid = [
    ...(id !== undefined && readText(id) === undefined ? ['id'] : []),
    ...(created !== undefined && !Number.isInteger(created) ? ['created'] : []),
    ...(tier !== undefined && tier !== null && !serviceTiers.has(tier) ? ['service_tier'] : []),
  ];
  if (invalid.length === 0) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !invalid.includes(name)));
}

function readFrame(data: string): JsonRecord {
  return readRecord(parseJsonExactly(data));
}
