/** A timer for `clear`: a Node timer, or a number in tests. */
export type TimerHandle = NodeJS.Timeout | number;

/** Injectable timers, so that tests control time. */
export interface Timers {
  /** @param milliseconds at least 0 */
  set(callback: () => void, milliseconds: number): TimerHandle;
  /** Does nothing when the timer has fired or was cleared. */
  clear(handle: TimerHandle | undefined): void;
}

/** Maximum delay of `setTimeout`, which fires immediately for longer ones; milliseconds. */
const maxDelay = 2 ** 31 - 1;

/** Node timers that do not keep the process alive. */
export const systemTimers: Timers = {
  set: (callback, milliseconds) => setTimeout(callback, Math.min(milliseconds, maxDelay)).unref(),
  clear: (handle) => clearTimeout(handle),
};
