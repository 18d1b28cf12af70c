/** The current time in milliseconds since the epoch. Injected wherever time matters, so that tests control it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Whether so much time has passed. A clock that was set back at most doubles it. */
export function hasPassed(milliseconds: number, since: number, now: number): boolean {
  return Math.abs(now - since) >= milliseconds;
}
