/** What `clear` takes: a timer of Node's, or a number of a test's own. */
export type TimerHandle = NodeJS.Timeout | number;

/** Injected wherever something happens later by itself, so that tests own the time. */
export interface Timers {
  /** @param milliseconds at least 0 */
  set(callback: () => void, milliseconds: number): TimerHandle;
  /** Harmless when it has fired or was cleared. */
  clear(handle: TimerHandle | undefined): void;
}

/** The longest that `setTimeout` can wait; it fires at once when given more. */
const LONGEST = 2 ** 31 - 1;

/** Timers of the process; none of them keeps it alive. */
export const systemTimers: Timers = {
  set: (callback, milliseconds) => setTimeout(callback, Math.min(milliseconds, LONGEST)).unref(),
  clear: (handle) => clearTimeout(handle),
};
