import type { Attempt, RequestDetail } from '../../../../contract/requests.ts';
import type { Tone } from '../../../ui/state-dot.tsx';

/** One attempt on the trace's time axis. All times are milliseconds since the request arrived. */
export interface Bar {
  readonly attempt: Attempt;
  /** When it started to wait for a credential; equal to `start` if it did not wait. */
  readonly waitedFrom: number;
  readonly start: number;
  /** Time of the first content, for the attempt that answered a streaming request. */
  readonly firstToken: number | null;
  readonly end: number;
  readonly tone: Tone;
  /** Whether another attempt followed. */
  readonly failedOver: boolean;
}

export interface TraceLayout {
  readonly bars: readonly Bar[];
  /** End of the axis. */
  readonly end: number;
  /** Ticks at round times, starting with 0. */
  readonly ticks: readonly number[];
}

/** Lays out the attempts of a request on one time axis. */
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

/** A step of 1, 2 or 5 times a power of ten that gives at most five ticks; milliseconds. */
export function chooseTicks(end: number): number[] {
  const rough = end / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const whole = Math.max(1, step);
  return Array.from({ length: Math.floor(end / whole) + 1 }, (_, index) => index * whole);
}

/** Position of a time on the axis in percent. */
export function placeOf(time: number, end: number): number {
  return Math.min(100, Math.max(0, (time / end) * 100));
}
