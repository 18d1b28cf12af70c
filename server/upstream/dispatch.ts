import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import type { Failure } from '../conversation/failure.ts';
import type { Clock } from '../lib/clock.ts';
import { shorten } from '../lib/shorten.ts';
import { accountSecrets } from './account-headers.ts';
import type { UpstreamCall, UpstreamRequest, UpstreamResponseHandler } from './call.ts';
import { type ContentDecoder, createContentDecoder, UnknownCoding } from './content-encoding.ts';
import { brokenAnswer, readUpstreamFailure } from './failure.ts';
import type { ResponseHeaders } from './retry-after.ts';
import { toTimeoutFailure, toTransportFailure, type UpstreamTimeouts } from './transport-failure.ts';

export interface DispatchContext {
  readonly request: UpstreamRequest;
  readonly timeouts: UpstreamTimeouts;
  /** Connections may go through a proxy. */
  readonly proxied: boolean;
  readonly now: Clock;
}

/** As much of a failed answer's body as is read. */
const largestErrorBody = 64 * 1024;

/**
 * One request under way: undici's dispatch handler on one side, the caller's handler on the other. It keeps the promise
 * of exactly one end: whatever undici reports after the end, or after an abort, goes nowhere.
 */
export class UpstreamDispatch implements UpstreamCall, Dispatcher.DispatchHandler {
  readonly #handler: UpstreamResponseHandler;
  readonly #context: DispatchContext;
  #controller: Dispatcher.DispatchController | undefined;
  #decoder: ContentDecoder | undefined;
  #errorAnswer: ErrorAnswer | undefined;
  /** The bound that is being counted towards. */
  #bound: keyof UpstreamTimeouts = 'connect';
  /** When it is reached; on the clock of `performance.now`. */
  #due = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  /**
   * Parts of the body that one read of the socket brought, until undici has gone through all of it. One list for all: a
   * new one would grow old while it waits for a slow stream's next read, and keep that as old garbage.
   */
  readonly #parts: Buffer[] = [];
  #starting = false;
  #paused = false;
  #over = false;

  constructor(handler: UpstreamResponseHandler, context: DispatchContext) {
    this.#handler = handler;
    this.#context = context;
  }

  start(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): void {
    this.#starting = true;
    this.#await('connect');
    try {
      dispatcher.dispatch(options, this);
    } catch (error) {
      this.#fail(toTransportFailure(error, this.#context));
    }
    this.#starting = false;
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#drop();
  }

  /** The upstream's silence is not counted while nobody reads. */
  pause(): void {
    if (this.#over) return;
    this.#paused = true;
    this.#stopCounting();
    this.#controller?.pause();
    this.#decoder?.pause();
  }

  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    this.#await(this.#bound);
    this.#decoder?.resume();
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Aborted while it waited for a connection.
    if (this.#over) {
      controller.abort(abortReason);
      return;
    }
    if (this.#paused) controller.pause();
    this.#await('firstByte');
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // Views of what the socket read, which they would hold for as long as the answer takes.
    controller.rawHeaders = null;
    // Informational answers (103 Early Hints) precede the real one.
    if (this.#over || status < 200) return;
    this.#await('silence');
    try {
      this.#decoder = createContentDecoder(readHeader(headers, 'content-encoding'), {
        onData: (chunk) => this.#takeData(chunk),
        onEnd: () => this.#takeEnd(),
        onError: (error) => this.#fail(brokenAnswer("The upstream's answer could not be decompressed.", error.message)),
      });
    } catch (error) {
      if (!(error instanceof UnknownCoding)) throw error;
      const codings = shorten(error.codings);
      this.#fail(
        brokenAnswer(`The upstream's answer has a content-encoding that the gateway did not ask for: ${codings}.`),
      );
      controller.abort(abortReason);
      return;
    }
    if (this.#paused) this.#decoder?.pause();
    const { alsoAnswer, answerAny } = this.#context.request;
    if (status < 300 || status === alsoAnswer || answerAny === true) this.#handler.onStart(status, headers);
    else this.#errorAnswer = { status, headers, pieces: [], length: 0 };
  }

  /**
   * Upstreams send an HTTP chunk for each event, and undici hands over each by itself: what came in one read is put
   * together again, to be decoded, encoded and written at once, within the same turn of the event loop.
   */
  onResponseData(_controller: Dispatcher.DispatchController, part: Buffer): void {
    if (this.#over) return;
    if (this.#parts.length === 0) process.nextTick(handOver, this);
    this.#parts.push(part);
  }

  /** Hands on what has come so far. */
  handOver(): void {
    const parts = this.#parts.splice(0);
    const [first] = parts;
    if (first === undefined || this.#over) return;
    this.#await('silence');
    try {
      if (this.#decoder !== undefined) for (const part of parts) this.#decoder.write(part);
      else this.#takeData(parts.length === 1 ? first : join(parts));
    } catch (error) {
      this.#fail(toTransportFailure(error, this.#context));
    }
  }

  onResponseEnd(): void {
    this.handOver();
    if (this.#over) return;
    if (this.#decoder === undefined) this.#takeEnd();
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.handOver();
    // A failed answer that broke off says enough by its status.
    if (this.#errorAnswer === undefined) this.#fail(toTransportFailure(error, this.#context));
    else this.#takeEnd();
  }

  #takeData(chunk: Uint8Array): void {
    if (this.#over) return;
    const answer = this.#errorAnswer;
    if (answer === undefined) {
      this.#handler.onData(chunk);
      return;
    }
    answer.pieces.push(new Uint8Array(chunk.subarray(0, largestErrorBody - answer.length)));
    answer.length += chunk.length;
    if (answer.length >= largestErrorBody) this.#takeEnd();
  }

  #takeEnd(): void {
    if (this.#over) return;
    const answer = this.#errorAnswer;
    if (answer === undefined) {
      this.#over = true;
      this.#stopCounting();
      this.#handler.onEnd();
      return;
    }
    const { request, now } = this.#context;
    const { model = '', upstreamModel = model, account } = request;
    const { status, headers } = answer;
    const body = Buffer.concat(answer.pieces);
    const secrets = accountSecrets(account);
    this.#fail(readUpstreamFailure({ status, headers, body, model, upstreamModel, secrets, now: now() }));
  }

  #fail(failure: Failure): void {
    if (this.#over) return;
    // The caller does not hold the call yet: nothing may come before it does.
    if (this.#starting) {
      queueMicrotask(() => this.#fail(failure));
      return;
    }
    this.#over = true;
    this.#drop();
    this.#handler.onFailure(failure);
  }

  /**
   * Starts to count towards a bound, in place of the one before. A timer that fires too early is set again then: most
   * requests are over before their first one fires.
   */
  #await(bound: keyof UpstreamTimeouts): void {
    this.#bound = bound;
    if (this.#paused) return;
    const milliseconds = this.#context.timeouts[bound];
    this.#due = milliseconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + milliseconds;
    if (this.#due < this.#timerDue) this.#setTimer();
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    this.#timerDue = this.#due;
    if (this.#due === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, this.#due - performance.now()));
  }

  #look(): void {
    // A millisecond: timers count whole ones.
    if (this.#due - performance.now() >= 1) {
      this.#setTimer();
      return;
    }
    // A failed answer that falls silent says enough by its status.
    if (this.#errorAnswer === undefined) this.#fail(toTimeoutFailure(this.#bound, this.#context.timeouts));
    else this.#takeEnd();
  }

  #stopCounting(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    this.#timerDue = Number.POSITIVE_INFINITY;
  }

  /** Lets go of the connection; harmless when it is free already. */
  #drop(): void {
    this.#stopCounting();
    this.#controller?.abort(abortReason);
    this.#decoder?.destroy();
  }
}

/** Where parts are put together, for as long as they are gone through: nothing else comes meanwhile. */
const joint = Buffer.allocUnsafeSlow(64 * 1024);

function join(parts: readonly Buffer[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > joint.length) return Buffer.concat(parts, length);
  let end = 0;
  for (const part of parts) {
    joint.set(part, end);
    end += part.length;
  }
  return joint.subarray(0, length);
}

function handOver(dispatch: UpstreamDispatch): void {
  dispatch.handOver();
}

/** One for all: nobody sees it, and making an error for each abort costs its stack. */
const abortReason = new Error('The exchange let go of the request.');

interface ErrorAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly pieces: Uint8Array[];
  length: number;
}

function readHeader(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
