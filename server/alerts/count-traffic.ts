import type { Clock } from '../lib/clock.ts';

export interface Traffic {
  readonly requests: number;
  readonly failures: number;
}

/** Counts how many requests of the last ten minutes failed without the client's fault. */
export interface TrafficCounter {
  count(isFailure: boolean): void;
  read(): Traffic;
}

const minute = 60_000;
const minutes = 10;

/** Counts per minute, so memory use is constant. */
export function createTrafficCounter(clock: Clock): TrafficCounter {
  const slots = Array.from({ length: minutes }, () => ({ minute: 0, requests: 0, failures: 0 }));
  return {
    count(isFailure) {
      const now = Math.floor(clock() / minute);
      const slot = slots[now % minutes];
      if (slot === undefined) return;
      if (slot.minute !== now) Object.assign(slot, { minute: now, requests: 0, failures: 0 });
      slot.requests += 1;
      if (isFailure) slot.failures += 1;
    },
    read() {
      const oldest = Math.floor(clock() / minute) - minutes + 1;
      const recent = slots.filter((slot) => slot.minute >= oldest);
      return {
        requests: recent.reduce((sum, { requests }) => sum + requests, 0),
        failures: recent.reduce((sum, { failures }) => sum + failures, 0),
      };
    },
  };
}
