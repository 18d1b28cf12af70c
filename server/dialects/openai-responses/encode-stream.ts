import type { ConversationEvent, FinishReason } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { CompactionWriter, missingSummary } from './compaction-writer.ts';
import { encodeErrorEvent } from './encode-failure.ts';
import type { EmitEvent, ItemWriter } from './item-writer.ts';
import { keeperOf, keepResponse } from './kept-response.ts';
import { OutputWriter } from './output-writer.ts';
import { encodeResponse, type ResponseState, statusOf } from './response-object.ts';
import { doneFrame, encodeEvent, eventStream, heartbeat } from './stream-events.ts';

/** Encodes OpenAI's stream of a response: its exact life cycle, numbered events, one terminal event, `[DONE]`. */
export function createStreamEncoder(context: AnswerContext, options: ResponsesAnswerOptions): StreamEncoder {
  return new ResponsesStreamEncoder(context, options);
}

class ResponsesStreamEncoder implements StreamEncoder {
  readonly contentType = eventStream;
  readonly #context: AnswerContext;
  readonly #options: ResponsesAnswerOptions;
  readonly #writer: ItemWriter;
  #sequence = 0;
  #written = '';
  #started = false;
  #ended = false;
  #reason: FinishReason | undefined;

  constructor(context: AnswerContext, options: ResponsesAnswerOptions) {
    this.#context = context;
    this.#options = options;
    const emit: EmitEvent = (type, members) => this.#emit(type, members);
    this.#writer = options.compacts
      ? new CompactionWriter(context, options.compacts, emit)
      : new OutputWriter(context, options, emit);
  }

  heartbeat(): ByteString {
    return heartbeat;
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    if (this.#ended) return asByteString('');
    this.#begin();
    for (const [place, event] of events.entries()) {
      if (this.#ended) break;
      if (event.type === 'failure') this.#fail(event.failure);
      else if (event.type === 'finish') {
        if (event.choice === 0) this.#reason ??= event.reason;
      } else if ('choice' in event && event.choice === 0) this.#writer.writeEvent(event, events, place);
    }
    return this.#flushWritten();
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return asByteString('');
    this.#begin();
    const reason = this.#reason ?? 'stop';
    const status = statusOf(reason);
    this.#writer.close(status === 'incomplete');
    if (this.#options.compacts && this.#writer.output.length === 0) return this.fail(missingSummary());
    this.#ended = true;
    const response = this.#encode({ status, reason, output: this.#writer.output, usage });
    keepResponse(response, this.#writer.whole, this.#context, this.#options);
    this.#emit(`response.${status}`, { response });
    return asByteString(this.#flushWritten() + doneFrame);
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return asByteString('');
    this.#begin();
    this.#fail(failure);
    return this.#flushWritten();
  }

  #begin(): void {
    if (this.#started) return;
    this.#started = true;
    for (const type of ['response.created', 'response.in_progress']) {
      this.#emitResponse(type, { status: 'in_progress', output: [] });
    }
  }

  /**
   * SDKs read the error from either form of the event, Codex from the failed response. An unfinished call is left out
   * of it, because clients must not run it.
   */
  #fail(failure: Failure): void {
    this.#ended = true;
    this.#emit('error', encodeErrorEvent(failure));
    const { output, whole, unfinished } = this.#writer;
    const response = this.#encode({ status: 'failed', output: [...output, ...unfinished], failure });
    keepResponse(response, [...whole, ...unfinished], this.#context, this.#options);
    this.#emit('response.failed', { response });
    this.#written += doneFrame;
  }

  #emitResponse(type: string, state: ResponseState): void {
    this.#emit(type, { response: this.#encode(state) });
  }

  #encode(state: ResponseState): JsonRecord {
    const store = keeperOf(this.#context, this.#options) !== undefined;
    return encodeResponse(state, this.#context, { ...this.#options.echo, store });
  }

  #emit(type: string, members: JsonRecord): void {
    this.#written += encodeEvent({ type, sequence_number: this.#sequence, ...members });
    this.#sequence += 1;
  }

  #flushWritten(): ByteString {
    const written = this.#written;
    this.#written = '';
    return asByteString(written);
  }
}
