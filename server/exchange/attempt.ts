import type { ConversationEvent } from '../conversation/events.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import type { UpstreamClient, UpstreamRequest, UpstreamResponseHandler } from '../upstream/client.ts';
import type { AnswerDecoder } from '../upstream/routes/route.ts';

export interface AttemptOptions {
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly request: UpstreamRequest;
  readonly createDecoder: () => AnswerDecoder;
  /** Aborted when the client leaves. */
  readonly signal: Cancellation;
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

    const end = (result: AttemptResult) => {
      if (ended) return;
      ended = true;
      clearTimeout(deadline);
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const endEarly = (result: AttemptResult) => {
      end(result);
      call.abort();
    };
    const onAbort = () => endEarly({ type: 'aborted', status });
    const onDeadline = () => endEarly({ type: 'failure', status, failure: outOfTime() });
    const resume = () => {
      if (!ended) call.resume();
    };
    const pass = (events: ConversationEvent[]) => {
      const failed = events.findIndex((event) => event.type === 'failure');
      const failure = events[failed];
      const good = failure === undefined ? events : events.slice(0, failed);
      if (good.length > 0 && !options.onEvents(good, resume)) call.pause();
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
      onStart(responseStatus) {
        status = responseStatus;
        decoder = options.createDecoder();
      },
      onData(chunk) {
        const reading = decoder;
        if (!ended && reading !== undefined) guarded(() => pass(reading.push(chunk)));
      },
      onEnd() {
        const reading = decoder;
        if (!ended && reading !== undefined) guarded(() => pass(reading.end()));
        end({ type: 'success', status: status ?? 0 });
      },
      onFailure(failure) {
        end({ type: 'failure', status: status ?? failure.upstreamStatus ?? null, failure });
      },
    };

    if (signal.aborted) return resolve({ type: 'aborted', status });
    const deadline = setTimeout(onDeadline, Math.max(0, options.timeLeft));
    signal.addEventListener('abort', onAbort);
    const call = options.client.send(options.request, handler);
  });
}

function outOfTime(): Failure {
  return new Failure('timeout', 'The request took longer than the gateway allows in total.', { fault: 'gateway' });
}
