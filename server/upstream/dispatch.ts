import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Failure } from '../conversation/failure.ts';
import type { Clock } from '../lib/clock.ts';
import { LazyTimer } from '../lib/lazy-timer.ts';
import { shorten } from '../lib/shorten.ts';
import { accountSecrets } from './account-headers.ts';
import type { UpstreamCall, UpstreamRequest, UpstreamResponseHandler } from './call.ts';
import { type ContentDecoder, createContentDecoder, UnknownCoding } from './content-encoding.ts';
import { brokenAnswer, readUpstreamFailure } from './failure.ts';
import type { ResponseHeaders } from './retry-after.ts';
import { socketBeingRead } from './socket-reads.ts';
import { isStaleConnection, noteResponse } from './stale-connections.ts';
import { toTimeoutFailure, toTransportFailure, type UpstreamTimeouts } from './transport-failure.ts';

export interface DispatchContext {
  readonly request: UpstreamRequest;
  readonly timeouts: UpstreamTimeouts;
  /** Connections may go through a proxy. */
  readonly proxied: boolean;
  readonly now: Clock;
}

/** How much of an error response's body is read, in bytes. */
const maxErrorBodyBytes = 64 * 1024;

/**
 * One request in progress: connects undici's dispatch handler to the caller's handler. It guarantees exactly one end:
 * anything that undici reports after the end or after an abort is ignored.
 */
export class UpstreamDispatch implements UpstreamCall, Dispatcher.DispatchHandler {
  readonly #handler: UpstreamResponseHandler;
  readonly #context: DispatchContext;
  #controller: Dispatcher.DispatchController | undefined;
  #decoder: ContentDecoder | undefined;
  /** Unknown before the response, and for connections through a proxy. */
  #socket: Socket | undefined;
  #errorAnswer: ErrorAnswer | undefined;
  /** The timeout that is running. */
  #runningTimeout: keyof UpstreamTimeouts = 'connect';
  readonly #timer = new LazyTimer(() => this.#expire());
  /**
   * Body parts from the current socket read, collected until undici has parsed all of it. The list is reused: a new one
   * would be promoted to V8's old generation while it waits for a slow stream, and keep the parts it holds there.
   */
  readonly #parts: Buffer[] = [];
  /** What may be sent once more; undefined once the response has begun or it has been sent again. */
  #sent: SentRequest | undefined;
  #starting = false;
  #paused = false;
  #over = false;

  constructor(handler: UpstreamResponseHandler, context: DispatchContext) {
    this.#handler = handler;
    this.#context = context;
  }

  start(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): void {
    this.#sent = { dispatcher, options };
    this.#send(this.#sent);
  }

  #send({ dispatcher, options }: SentRequest): void {
    this.#starting = true;
    this.#startTimeout('connect');
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
    this.#release();
  }

  /** The silence timeout stops while the caller has paused reading. */
  pause(): void {
    if (this.#over) return;
    this.#paused = true;
    this.#timer.clear();
    this.#controller?.pause();
    // undici would read on until its next callback and then keep what it read.
    this.#socket?.pause();
    this.#decoder?.pause();
  }

  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    this.#startTimeout(this.#runningTimeout);
    this.#decoder?.resume();
    this.#socket?.resume();
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Aborted while waiting for a connection.
    if (this.#over) {
      controller.abort(abortReason);
      return;
    }
    if (this.#paused) controller.pause();
    this.#startTimeout(this.#context.request.wholeAnswer === true ? 'wholeAnswer' : 'firstByte');
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // These are views of the socket's read buffer and would keep it in memory until the response ends.
    controller.rawHeaders = null;
    // Informational responses (103 Early Hints) precede the real one.
    if (this.#over || status < 200) return;
    this.#sent = undefined;
    const { alsoAnswer, answerAny, wholeAnswer } = this.#context.request;
    const passes = status < 300 || status === alsoAnswer || answerAny === true;
    // The headers of a whole answer may come long before the model has written it.
    if (!passes || wholeAnswer !== true) this.#startTimeout('silence');
    if (!this.#context.proxied) {
      this.#socket = socketBeingRead();
      if (this.#socket !== undefined) noteResponse(this.#socket);
    }
    try {
      this.#decoder = createContentDecoder(readHeader(headers, 'content-encoding'), {
        onData: (chunk) => this.#receiveData(chunk),
        onEnd: () => this.#receiveEnd(),
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
    if (this.#paused) {
      this.#socket?.pause();
      this.#decoder?.pause();
    }
    if (passes) this.#handler.onStart(status, headers);
    else this.#errorAnswer = { status, headers, pieces: [], length: 0 };
  }

  /**
   * Upstreams send an HTTP chunk per event, and undici reports each chunk on its own. The parts of one socket read are
   * joined again, so they are decoded, encoded and written together in the same turn of the event loop.
   */
  onResponseData(_controller: Dispatcher.DispatchController, part: Buffer): void {
    if (this.#over) return;
    if (this.#parts.length === 0) process.nextTick(flushParts, this);
    this.#parts.push(part);
  }

  /** Passes on the parts collected so far. */
  flushParts(): void {
    const parts = this.#parts.splice(0);
    const [first] = parts;
    if (first === undefined || this.#over) return;
    this.#startTimeout('silence');
    try {
      if (this.#decoder !== undefined) for (const part of parts) this.#decoder.write(part);
      else this.#receiveData(parts.length === 1 ? first : join(parts));
    } catch (error) {
      this.#fail(toTransportFailure(error, this.#context));
    }
  }

  onResponseEnd(): void {
    this.flushParts();
    if (this.#over) return;
    if (this.#decoder === undefined) this.#receiveEnd();
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.flushParts();
    if (this.#sent !== undefined && isStaleConnection(error)) this.#sendAgain(this.#sent);
    // An error response that broke off is still reported by its status.
    else if (this.#errorAnswer === undefined) this.#fail(toTransportFailure(error, this.#context));
    else this.#receiveEnd();
  }

  /** Uses a new connection: undici has one only after it has handled the error. */
  #sendAgain(sent: SentRequest): void {
    this.#sent = undefined;
    this.#controller = undefined;
    queueMicrotask(() => {
      if (!this.#over) this.#send(sent);
    });
  }

  #receiveData(chunk: Uint8Array): void {
    if (this.#over) return;
    const answer = this.#errorAnswer;
    if (answer === undefined) {
      this.#handler.onData(chunk);
      return;
    }
    answer.pieces.push(new Uint8Array(chunk.subarray(0, maxErrorBodyBytes - answer.length)));
    answer.length += chunk.length;
    if (answer.length >= maxErrorBodyBytes) this.#receiveEnd();
  }

  #receiveEnd(): void {
    if (this.#over) return;
    const answer = this.#errorAnswer;
    if (answer === undefined) {
      this.#over = true;
      this.#timer.clear();
      // The connection is used again.
      if (this.#paused) this.#socket?.resume();
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
    // `send` has not returned yet, and no callback may come before it does.
    if (this.#starting) {
      queueMicrotask(() => this.#fail(failure));
      return;
    }
    this.#over = true;
    this.#release();
    this.#handler.onFailure(failure);
  }

  /** Starts a timeout in place of the running one. */
  #startTimeout(bound: keyof UpstreamTimeouts): void {
    this.#runningTimeout = bound;
    if (!this.#paused) this.#timer.start(this.#context.timeouts[bound]);
  }

  #expire(): void {
    // An error response that stalls is still reported by its status.
    if (this.#errorAnswer === undefined) this.#fail(toTimeoutFailure(this.#runningTimeout, this.#context.timeouts));
    else this.#receiveEnd();
  }

  /** Releases the connection; does nothing if it is already released. */
  #release(): void {
    this.#timer.clear();
    this.#controller?.abort(abortReason);
    this.#decoder?.destroy();
  }
}

/** Reused buffer for joining parts. Its content is consumed synchronously before the next join. */
const joinBuffer = Buffer.allocUnsafeSlow(64 * 1024);

function join(parts: readonly Buffer[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > joinBuffer.length) return Buffer.concat(parts, length);
  let end = 0;
  for (const part of parts) {
    joinBuffer.set(part, end);
    end += part.length;
  }
  return joinBuffer.subarray(0, length);
}

function flushParts(dispatch: UpstreamDispatch): void {
  dispatch.flushParts();
}

/** Shared by all aborts: it is never shown, and creating an error captures a stack. */
const abortReason = new Error('The request was aborted.');

interface SentRequest {
  readonly dispatcher: Dispatcher;
  readonly options: Dispatcher.DispatchOptions;
}

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
