import type { ConversationAnswer } from '../../conversation/answer.ts';
import type { ConversationEvent, FinishReason } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import { isRecord, type JsonRecord, parseJsonExactly, readArray, readCount, readRecord } from '../../lib/json.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import { encodeErrorBody } from './encode-failure.ts';
import { encodeUsage } from './encode-usage.ts';
import type { ChatAnswerOptions } from './encoders.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { chatHeartbeat } from './heartbeat.ts';
import { readUsage } from './read-usage.ts';

/*
 * Answers of an upstream that speaks this dialect go on as they came, but for the model's name, and what every client of
 * OpenAI's relies on: an id, a reason for each finish, the usage, and no error beside the gateway's own.
 */

/** A whole answer. */
export function encodeRelayedAnswer(
  { frame, choices, usage }: ConversationAnswer & { readonly usage: Usage },
  { id, created, model }: AnswerContext,
): ByteString {
  const answer = readFrame(frame ?? '');
  const reasons = new Map(choices.map(({ index, finish }) => [index, finish.reason]));
  return encodeJson({
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created,
    ...answer,
    model,
    choices: readArray(answer.choices).map((choice, place) => withReason(readRecord(choice), place, reasons)),
    usage: isWhole(answer.usage) ? answer.usage : encodeUsage(usage),
  });
}

/** True when the answer's tokens are those that the whole usage tells. */
function isWhole(usage: unknown): boolean {
  const whole = readUsage(usage, undefined)?.outputTokens ?? 0;
  return isRecord(usage) && whole === (readCount(usage.completion_tokens) ?? 0);
}

/** @param place where the choice stands among the others, which is its index when it names none */
function withReason(choice: JsonRecord, place: number, reasons: ReadonlyMap<unknown, FinishReason>): JsonRecord {
  const reason = reasons.get(choice.index ?? place);
  if (reason === undefined || typeof choice.finish_reason === 'string') return choice;
  return { ...choice, finish_reason: encodeFinishReason(reason, false) };
}

/** Chunks of a stream. */
export function createRelayStreamEncoder(context: AnswerContext, options: ChatAnswerOptions): StreamEncoder {
  return new RelayStreamEncoder(context, options);
}

class RelayStreamEncoder implements StreamEncoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #includeUsage: boolean;
  /** What every chunk has: as the upstream named it in the first, else the gateway's own. */
  #head: JsonRecord;
  #hasHead = false;
  /** The indices of choices whose finish the client has. */
  readonly #finished = new Set<unknown>();
  #ended = false;

  constructor({ id, created, model }: AnswerContext, options: ChatAnswerOptions) {
    this.#head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model };
    this.#includeUsage = options.includeUsage;
  }

  heartbeat(): ByteString {
    return chatHeartbeat;
  }

  push(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const event of events) {
      if (event.type === 'frame') written += this.#encodeFrame(event.data);
      else if (event.type === 'finish') written += this.#encodeFinish(event.choice, event.reason);
    }
    return asByteString(written);
  }

  /** The usage comes from the gateway, which also knows it when the upstream does not say. */
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
    const { usage, ...chunk } = readFrame(data);
    // What went wrong is told by `fail`, and the usage by `end`.
    if (chunk.error !== undefined) return '';
    const choices = readArray(chunk.choices);
    if (choices.length === 0 && isRecord(usage)) return '';
    this.#takeHead(chunk);
    for (const [place, choice] of choices.entries()) {
      const { index = place, finish_reason } = readRecord(choice);
      if (typeof finish_reason === 'string') this.#finished.add(index);
    }
    return this.#write({ ...this.#head, ...chunk, model: this.#head.model });
  }

  #takeHead({ id, created }: JsonRecord): void {
    if (this.#hasHead) return;
    this.#hasHead = true;
    this.#head = { ...this.#head, ...(id !== undefined && { id }), ...(created !== undefined && { created }) };
  }

  /** The finish of a choice whose upstream named no reason. */
  #encodeFinish(index: number, reason: FinishReason): string {
    if (this.#finished.has(index)) return '';
    const choice = { index, delta: {}, logprobs: null, finish_reason: encodeFinishReason(reason, false) };
    return this.#write({ ...this.#head, choices: [choice] });
  }

  #write(chunk: JsonRecord): string {
    // With `include_usage`, OpenAI's chunks have the member all along, and null until the last.
    return `data: ${encodeJson(this.#includeUsage ? { ...chunk, usage: null } : chunk)}\n\n`;
  }
}

function readFrame(data: string): JsonRecord {
  return readRecord(parseJsonExactly(data));
}
