import type { ConversationEvent } from '../conversation/events.ts';
import type { Failure } from '../conversation/failure.ts';
import type { RequestForms, RequestOutline, Warning } from '../conversation/request.ts';
import type { ConversationResult } from '../conversation/result.ts';
import type { Usage } from '../conversation/usage.ts';
import type { ByteString } from '../lib/byte-string.ts';

/** One client API. Everything in it is pure and synchronous; I/O is `http`'s. */
export interface Dialect {
  readonly name: string;
  /**
   * @param body the request's body as it came, bounded by `MAX_BODY_BYTES`
   * @throws Failure `invalid-request` naming the parameter
   */
  decodeRequest(body: Uint8Array): DecodedRequest;
  /** A whole answer as the response's JSON. `result.usage` is present: estimated when the upstream named none. */
  encodeResult(result: ConversationResult & { readonly usage: Usage }, context: AnswerContext): ByteString;
  createStreamEncoder(context: AnswerContext): StreamEncoder;
  /** A failure before anything was sent. */
  encodeFailure(failure: Failure): EncodedFailure;
}

export interface DecodedRequest extends RequestForms {
  readonly outline: RequestOutline;
  readonly warnings: readonly Warning[];
  /** What this dialect's encoders need to know of the request. */
  readonly answerOptions: AnswerOptions;
}

export interface AnswerOptions {
  /** The stream ends with a report of its usage. */
  readonly includeUsage: boolean;
  /** OpenAI's legacy `functions`: answer with `function_call` instead of `tool_calls`. */
  readonly legacyFunctions: boolean;
}

export interface AnswerContext {
  /** Unique to the answer, without a dialect's prefix. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** The model's id as the client asked for it. */
  readonly model: string;
  readonly options: AnswerOptions;
}

/**
 * Turns events into the client's stream. The first `push` opens it; the string of one `push` is written in one go. After
 * `end` or `fail`, nothing more is pushed.
 */
export interface StreamEncoder {
  /** Events in order; an empty string when they are nothing to this dialect. */
  push(events: readonly ConversationEvent[]): ByteString;
  /** The stream's regular end. @param usage the exchange's final usage, estimated when the upstream named none */
  end(usage: Usage): ByteString;
  /** The stream's irregular end: an error in the client's format inside the stream. */
  fail(failure: Failure): ByteString;
  /** A comment that keeps proxies from cutting a silent stream. */
  readonly heartbeat: string;
  readonly contentType: string;
}

export interface EncodedFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}
