import type { AnswerTransform } from '../conversation/answer-transform.ts';
import { type ConversationEvent, isContent } from '../conversation/events.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { redactText } from '../lib/redact.ts';
import { accountSecrets } from '../upstream/account-headers.ts';
import type { UpstreamCall } from '../upstream/call.ts';
import type { UpstreamClient, UpstreamRequest, UpstreamResponseHandler } from '../upstream/client.ts';
import type { ResponseHeaders } from '../upstream/retry-after.ts';
import type { AnswerDecoder, DecoderOptions, UpstreamRoute } from '../upstream/routes/route.ts';

/** In characters. */
const maxModelNameLength = 200;

export interface AttemptOptions {
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly request: UpstreamRequest;
  /** Decodes the answer. */
  readonly route: Pick<UpstreamRoute, 'createDecoder'>;
  /** Also reports the answer's frames as events, if it arrives in this form. */
  readonly frames?: DecoderOptions['frames'];
  /** Reverts the request's changes in the answer. */
  readonly transform?: AnswerTransform | undefined;
  /** Aborted when the client leaves. */
  readonly signal: Cancellation;
  /** Milliseconds until the exchange's deadline. */
  readonly timeLeft: number;
  readonly listener: AttemptListener;
}

export interface AttemptListener {
  /**
   * Receives the answer's events, without failures.
   *
   * @returns false to pause reading until `resume` is called
   */
  onEvents(events: readonly ConversationEvent[], resume: () => void): boolean;
}

export type AttemptResult =
  | { readonly type: 'success'; readonly status: number | null }
  | { readonly type: 'aborted'; readonly status: number | null }
  | { readonly type: 'failure'; readonly status: number | null; readonly failure: Failure };

/**
 * Sends one request upstream and passes on the answer's events. It settles exactly once. When it ends early (client
 * gone, deadline reached, a failure inside the answer), the upstream request is aborted immediately. Never rejects.
 */
export function runAttempt(options: AttemptOptions): Promise<AttemptResult> {
  if (options.signal.aborted) return Promise.resolve({ type: 'aborted', status: null });
  return new Promise((resolve) => {
    new Attempt(options, resolve).start();
  });
}

class Attempt implements UpstreamResponseHandler {
  readonly #options: AttemptOptions;
  readonly #resolve: (result: AttemptResult) => void;
  #call: UpstreamCall | undefined;
  #decoder: AnswerDecoder | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #status: number | null = null;
  #hasContent = false;
  #ended = false;

  constructor(options: AttemptOptions, resolve: (result: AttemptResult) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  start(): void {
    const { client, request, signal, timeLeft } = this.#options;
    this.#deadline = setTimeout(endForTime, Math.max(0, timeLeft), this);
    signal.addEventListener('abort', this.#onAbort);
    try {
      this.#call = client.send(request, this);
    } catch (error) {
      this.#endByFault(error);
    }
  }

  onStart(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    const { route, request, frames } = this.#options;
    const contentType = headers['content-type'];
    this.#decoder = route.createDecoder({
      secrets: accountSecrets(request.account),
      contentType: typeof contentType === 'string' ? contentType : undefined,
      frames,
    });
  }

  onData(chunk: Uint8Array): void {
    this.#read((decoder) => decoder.decode(chunk));
    if (this.#ended || this.#decoder?.complete !== true) return;
    this.#settle({ type: 'success', status: this.#status });
    // Reading may be paused; the rest of the body has to be read to free the connection. The deadline still applies,
    // because an upstream may send heartbeats forever.
    this.#call?.resume();
  }

  onEnd(): void {
    this.#read((decoder) => decoder.end());
    this.#end({ type: 'success', status: this.#status });
  }

  onFailure(failure: Failure): void {
    if (this.#decoder?.finished === true) this.onEnd();
    if (this.#endAtLimit(failure)) return;
    this.#end({ type: 'failure', status: this.#status ?? failure.upstreamStatus ?? null, failure });
  }

  /** Fails the attempt while the upstream may still be answering. */
  endEarly(failure: Failure): void {
    this.#end({ type: 'failure', status: this.#status, failure });
    this.#call?.abort();
  }

  readonly #onAbort = () => {
    this.#end({ type: 'aborted', status: this.#status });
    this.#call?.abort();
  };

  readonly #resume = () => {
    if (!this.#ended) this.#call?.resume();
  };

  #read(step: (decoder: AnswerDecoder) => readonly ConversationEvent[]): void {
    if (this.#ended || this.#decoder === undefined) return;
    try {
      const events = step(this.#decoder).map(this.#clean);
      this.#pass(this.#options.transform?.(events) ?? events);
    } catch (error) {
      this.#endByFault(error);
    }
  }

  #pass(events: readonly ConversationEvent[]): void {
    const failed = events.findIndex(isFailure);
    const failure = events[failed];
    const good = failure === undefined ? events : events.slice(0, failed);
    this.#hasContent ||= good.some(isContent);
    if (good.length > 0 && !this.#options.listener.onEvents(good, this.#resume)) this.#call?.pause();
    if (failure?.type !== 'failure') return;
    if (this.#endAtLimit(failure.failure)) this.#call?.abort();
    else this.endEarly(failure.failure);
  }

  /**
   * Ends with an empty answer that reached its token limit instead of a failure. The other APIs do the same, and so
   * does this one once the model has written something.
   */
  #endAtLimit({ reason, upstreamStatus }: Failure): boolean {
    if (reason !== 'output-limit-reached' || this.#hasContent || this.#options.frames !== undefined) return false;
    this.#options.listener.onEvents([{ type: 'finish', choice: 0, reason: 'length' }], this.#resume);
    this.#end({ type: 'success', status: this.#status ?? upstreamStatus ?? null });
    return true;
  }

  /** Cleans the answer's model name, which goes into headers and records. */
  readonly #clean = (event: ConversationEvent): ConversationEvent => {
    if (event.type !== 'start' || event.upstreamModel === undefined) return event;
    const { account, upstreamModel } = this.#options.request;
    if (event.upstreamModel === upstreamModel) return event;
    const secrets = accountSecrets(account);
    return { ...event, upstreamModel: redactText(event.upstreamModel, secrets, maxModelNameLength) };
  };

  /** An error in our own code must end the attempt, not the process. */
  #endByFault(error: unknown): void {
    this.endEarly(toFailure(error));
  }

  /** Call when nothing more comes from the upstream. */
  #end(result: AttemptResult): void {
    clearTimeout(this.#deadline);
    this.#settle(result);
  }

  #settle(result: AttemptResult): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#resolve(result);
  }
}

function isFailure(event: ConversationEvent): boolean {
  return event.type === 'failure';
}

function endForTime(attempt: Attempt): void {
  const message = 'The request took longer than the gateway allows in total.';
  attempt.endEarly(new Failure('timeout', message, { fault: 'gateway' }));
}
