import type { ConversationAnswer } from '../../conversation/answer.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import { isRecord, parseJsonExactly, readCount, readRecord } from '../../lib/json.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import { encodeErrorBody } from './encode-failure.ts';
import { encodeUsage } from './encode-usage.ts';
import type { ChatAnswerOptions } from './encoders.ts';
import { chatHeartbeat } from './heartbeat.ts';
import { readUsage } from './read-usage.ts';

/**
 * A whole answer of an upstream that speaks this dialect: as it came, but for the model's name, and for a usage that does not
 * add up.
 */
export function encodeRelayedAnswer(
  { frame, usage }: ConversationAnswer & { readonly usage: Usage },
  { model }: AnswerContext,
): ByteString {
  const answer = readFrame(frame ?? '');
  const told = readUsage(answer.usage, undefined);
  const sum = readCount(readRecord(answer.usage).completion_tokens);
  const isWhole = told !== undefined && told.outputTokens === sum;
  return encodeJson({ ...answer, model, ...(!isWhole && { usage: encodeUsage(usage) }) });
}

/** Chunks of an upstream that speaks this dialect: as they came, but for the model's name and the report of usage. */
export function createRelayStreamEncoder(context: AnswerContext, options: ChatAnswerOptions): StreamEncoder {
  return new RelayStreamEncoder(context, options);
}

class RelayStreamEncoder implements StreamEncoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #context: AnswerContext;
  readonly #includeUsage: boolean;
  #id: unknown;
  #created: unknown;
  #ended = false;

  constructor(context: AnswerContext, options: ChatAnswerOptions) {
    this.#context = context;
    this.#includeUsage = options.includeUsage;
  }

  heartbeat(): ByteString {
    return chatHeartbeat;
  }

  push(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const event of events) {
      if (event.type === 'frame') written += this.#encodeFrame(event.data);
    }
    return asByteString(written);
  }

  /** The usage comes from the gateway, which also knows it when the upstream does not say. */
  end(usage: Usage): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    const { id, created, model } = this.#context;
    const report = {
      id: this.#id ?? `chatcmpl-${id}`,
      object: 'chat.completion.chunk',
      created: this.#created ?? created,
      model,
      choices: [],
      usage: encodeUsage(usage),
    };
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
    this.#id ??= chunk.id;
    this.#created ??= chunk.created;
    if (Array.isArray(chunk.choices) && chunk.choices.length === 0 && isRecord(usage)) return '';
    const told = this.#includeUsage
      ? { ...chunk, model: this.#context.model, usage: null }
      : { ...chunk, model: this.#context.model };
    return `data: ${encodeJson(told)}\n\n`;
  }
}

function readFrame(data: string): Readonly<Record<string, unknown>> {
  const value = parseJsonExactly(data);
  return isRecord(value) ? value : {};
}
