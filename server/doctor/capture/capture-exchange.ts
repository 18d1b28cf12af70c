import { Buffer } from 'node:buffer';
import type { Failure } from '../../conversation/failure.ts';
import { accountHeaders } from '../../upstream/account-headers.ts';
import type { UpstreamClient, UpstreamRequest, UpstreamResponseHandler } from '../../upstream/client.ts';
import type { ResponseHeaders } from '../../upstream/retry-after.ts';
import { maskWords, type PersonalWords } from './mask.ts';
import { redactBody } from './redact-body.ts';
import { redactHeaders } from './redact-headers.ts';

/** A line of a capture file. The simulator's README describes its members. */
export interface CapturedExchange {
  readonly route: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly atMs: number;
    readonly frames: readonly ({ readonly atMs: number } & ({ readonly text: string } | { readonly base64: string }))[];
    readonly end: 'complete' | 'cut';
  } | null;
  readonly error: string | null;
}

export interface CaptureTarget {
  /** The route's name, or `credits` or `sites`. */
  readonly route: string;
  readonly request: UpstreamRequest;
  /** The response is about the account itself. */
  readonly ofAccount: boolean;
}

interface Frame {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** Maximum response size that is captured, in bytes. */
const maxBodyBytes = 1024 * 1024;

/** Sends a request and captures the exchange, with placeholders for all personal data. Never rejects. */
export function captureExchange(
  client: Pick<UpstreamClient, 'send'>,
  target: CaptureTarget,
  personal: PersonalWords,
  timeout: number,
): Promise<CapturedExchange> {
  return new Promise((resolve) => {
    const recorder = new Recorder(target, personal, resolve);
    const call = client.send({ ...target.request, answerAny: true }, recorder);
    recorder.stopAfter(timeout, () => call.abort());
  });
}

class Recorder implements UpstreamResponseHandler {
  readonly #target: CaptureTarget;
  readonly #personal: PersonalWords;
  readonly #resolve: (exchange: CapturedExchange) => void;
  readonly #startedAt = performance.now();
  readonly #frames: Frame[] = [];
  #length = 0;
  #started: { status: number; headers: ResponseHeaders; atMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #abort = () => {};

  constructor(target: CaptureTarget, personal: PersonalWords, resolve: (exchange: CapturedExchange) => void) {
    this.#target = target;
    this.#personal = personal;
    this.#resolve = resolve;
  }

  stopAfter(timeout: number, abort: () => void): void {
    this.#abort = abort;
    this.#timer = setTimeout(() => this.#stop('The response took too long.'), timeout);
  }

  onStart(status: number, headers: ResponseHeaders): void {
    this.#started = { status, headers, atMs: this.#elapsed() };
  }

  onData(chunk: Uint8Array): void {
    this.#frames.push({ atMs: this.#elapsed(), bytes: Buffer.from(chunk) });
    this.#length += chunk.length;
    if (this.#length > maxBodyBytes) this.#stop('The response is too large.');
  }

  onEnd(): void {
    this.#finish('complete', null);
  }

  onFailure(failure: Failure): void {
    this.#finish('cut', failure.evidence ?? failure.message);
  }

  #stop(reason: string): void {
    this.#abort();
    this.#finish('cut', reason);
  }

  #finish(end: 'complete' | 'cut', error: string | null): void {
    clearTimeout(this.#timer);
    const masked = error === null ? null : maskWords(error, this.#personal);
    this.#resolve({
      route: this.#target.route,
      request: this.#describeRequest(),
      response: this.#started === undefined ? null : { ...this.#describeResponse(this.#started), end },
      error: this.#started === undefined ? masked : null,
    });
  }

  #describeRequest(): CapturedExchange['request'] {
    const { path, body, account, encodedToken } = this.#target.request;
    const list = accountHeaders(account, encodedToken);
    const headers = Object.fromEntries(
      list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])),
    );
    return {
      method: body === undefined ? 'GET' : 'POST',
      path,
      headers: redactHeaders(headers, this.#personal),
      body:
        body === undefined
          ? null
          : redactBody(Buffer.concat(body), 'application/json', this.#policy(false), false).toString('utf8'),
    };
  }

  #describeResponse({ status, headers, atMs }: { status: number; headers: ResponseHeaders; atMs: number }) {
    const contentType = readContentType(headers);
    const whole = Buffer.concat(this.#frames.map(({ bytes }) => bytes));
    const redacted = redactBody(whole, contentType, this.#policy(this.#target.ofAccount), status >= 300);
    let at = 0;
    const frames = this.#frames.map((frame) => {
      const bytes = redacted.subarray(at, at + frame.bytes.length);
      at += frame.bytes.length;
      return { atMs: frame.atMs, ...writeFrame(bytes) };
    });
    return { status, headers: redactHeaders(headers, this.#personal), atMs, frames };
  }

  #policy(masksNumbers: boolean) {
    return { personal: this.#personal, masksNumbers };
  }

  #elapsed(): number {
    return Math.max(0, Math.round(performance.now() - this.#startedAt));
  }
}

function readContentType(headers: ResponseHeaders): string {
  const value = headers['content-type'];
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}

function writeFrame(bytes: Buffer): { text: string } | { base64: string } {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}
