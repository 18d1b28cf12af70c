import type { ConversationEvent } from '../conversation/events.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import type { UpstreamClient, UpstreamRequest, UpstreamResponseHandler } from '../upstream/client.ts';
import { readUpstreamFailure } from '../upstream/failure.ts';
import type { AnswerDecoder } from '../upstream/routes/route.ts';

/** How much of an error's body is read; bytes. */
const errorBodyLimit = 65_536;

export interface AttemptOptions {
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly request: UpstreamRequest;
  readonly createDecoder: () => AnswerDecoder;
  /** The model's id on the upstream's side, for its error messages. */
  readonly upstreamModel: string;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  /** Milliseconds until the exchange must be over. */
  readonly timeLeft: number;
  /**
   * Takes the answer's events, without failures.
   *
   * @returns false to read nothing more until `resume` is called
   */
  readonly onEvents: (events: readonly ConversationEvent[], resume: () => void) => boolean;
}

export type AttemptResult =
  | { readonly type: 'success'; readonly status: number }
  | { readonly type: 'aborted'; readonly status: number | null }
  | { readonly type: 'failure'; readonly status: number | null; readonly failure: Failure };

/**
 * Sends one request upstream and passes on what comes back; ends exactly once, whatever happens. When it ends early
 * (client gone, out of time, a failure inside the answer) the upstream request is aborted at once.
 */
export function runAttempt(options: AttemptOptions): Promise<AttemptResult> {
  return new Promise((resolve) => {
    const { signal } = options;
    let status: number | null = null;
    let ended = false;
    let decoder: AnswerDecoder | undefined;
    let errorBody: ErrorBody | undefined;

    const end = (result: AttemptResult) => {
      if (ended) return;
      ended = true;
      clearTimeout(deadline);
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const endEarly = (result: AttemptResult) => {
      end(result);
      call?.abort();
    };
    const onAbort = () => endEarly({ type: 'aborted', status });
    const onDeadline = () => endEarly({ type: 'failure', status, failure: outOfTime() });
    const resume = () => {
      if (!ended) call?.resume();
    };
    const pass = (events: ConversationEvent[]) => {
      const failed = events.findIndex((event) => event.type === 'failure');
      const failure = events[failed];
      const good = failure === undefined ? events : events.slice(0, failed);
      if (good.length > 0 && !options.onEvents(good, resume)) call?.pause();
      if (failure?.type === 'failure') endEarly({ type: 'failure', status, failure: failure.failure });
    };
    /** A fault of our own while reading must end the attempt, not the process. */
    const guarded = (work: () => void) => {
      try {
        work();
      } catch (error) {
        endEarly({ type: 'failure', status, failure: toFailure(error) });
      }
    };

    const handler: UpstreamResponseHandler = {
      onStart(responseStatus, headers) {
        status = responseStatus;
        if (responseStatus >= 200 && responseStatus < 300) decoder = options.createDecoder();
        else errorBody = new ErrorBody(responseStatus, headers);
      },
      onData(chunk) {
        if (ended) return;
        const reading = decoder;
        if (reading === undefined) errorBody?.push(chunk);
        else guarded(() => pass(reading.push(chunk)));
      },
      onEnd() {
        if (ended) return;
        const reading = decoder;
        if (reading !== undefined) guarded(() => pass(reading.end()));
        if (errorBody !== undefined) {
          end({ type: 'failure', status, failure: errorBody.read(options.upstreamModel) });
        } else end({ type: 'success', status: status ?? 0 });
      },
      onFailure(failure) {
        if (errorBody === undefined) end({ type: 'failure', status, failure });
        else end({ type: 'failure', status, failure: errorBody.read(options.upstreamModel) });
      },
    };

    const deadline = setTimeout(onDeadline, Math.max(0, options.timeLeft));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return end({ type: 'aborted', status });
    const call = options.client.send(options.request, handler);
    // The request may have failed at once, or the client have left meanwhile.
    if (ended) call.abort();
  });
}

/** The body of an answer that is not a success, bounded. */
class ErrorBody {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  readonly #status: number;
  readonly #headers: Readonly<Record<string, string | string[] | undefined>>;

  constructor(status: number, headers: Readonly<Record<string, string | string[] | undefined>>) {
    this.#status = status;
    this.#headers = headers;
  }

  push(chunk: Uint8Array): void {
    if (this.#length >= errorBodyLimit) return;
    this.#chunks.push(chunk.subarray(0, errorBodyLimit - this.#length));
    this.#length += chunk.length;
  }

  read(model: string): Failure {
    const body = Buffer.concat(this.#chunks);
    return readUpstreamFailure({ status: this.#status, headers: this.#headers, body, model, now: Date.now() });
  }
}

function outOfTime(): Failure {
  return new Failure('timeout', 'The request took longer than the gateway allows in total.', { fault: 'gateway' });
}
