import type { Attempt, RequestDetail } from '../../../../contract/requests.ts';
import type { Tone } from '../../../ui/state-dot.tsx';

/** One attempt on the trace's time axis. All times are milliseconds since the request came. */
export interface Bar {
  readonly attempt: Attempt;
  /** From then on it waited for a credential; equal to `start` when it did not wait. */
  readonly waitedFrom: number;
  readonly start: number;
  /** When the first content came, on the attempt that answered a stream. */
  readonly firstToken: number | null;
  readonly end: number;
  readonly tone: Tone;
  /** Another one was tried after it. */
  readonly failedOver: boolean;
}

export interface TraceLayout {
  readonly bars: readonly Bar[];
  /** Where the axis ends. */
  readonly end: number;
  /** Round times on the axis, the first one 0. */
  readonly ticks: readonly number[];
}

/** The attempts of a request on one axis of time. */
export function layOutTrace(
  request: Pick<RequestDetail, 'attempts' | 'startedAt' | 'totalTime' | 'firstTokenTime' | 'stream'>,
): TraceLayout {
  const { attempts, startedAt, totalTime, firstTokenTime, stream } = request;
  const bars = attempts.map((attempt, index): Bar => {
    const start = Math.max(0, attempt.startedAt - startedAt);
    const end = start + attempt.milliseconds;
    const isLast = index === attempts.length - 1;
    const hasFirstToken = isLast && stream && firstTokenTime !== null && firstTokenTime > start && firstTokenTime < end;
    return {
      attempt,
      waitedFrom: Math.max(0, start - attempt.waited),
      start,
      firstToken: hasFirstToken ? firstTokenTime : null,
      end,
      tone: toneOfAttempt(attempt.outcome),
      failedOver: !isLast,
    };
  });
  const end = Math.max(1, totalTime, ...bars.map((bar) => bar.end));
  return { bars, end, ticks: chooseTicks(end) };
}

export function toneOfAttempt(outcome: string): Tone {
  if (outcome === 'success') return 'good';
  if (outcome === 'aborted' || outcome === 'client') return 'idle';
  return outcome === 'request' || outcome === 'token' || outcome === 'entitlement' ? 'bad' : 'warn';
}

/** At most five steps of 1, 2 or 5 times a power of ten; milliseconds. */
export function chooseTicks(end: number): number[] {
  const rough = end / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const whole = Math.max(1, step);
  return Array.from({ length: Math.floor(end / whole) + 1 }, (_, index) => index * whole);
}

/** A time's place on the axis, in percent. */
export function placeOf(time: number, end: number): number {
  return Math.min(100, Math.max(0, (time / end) * 100));
}
