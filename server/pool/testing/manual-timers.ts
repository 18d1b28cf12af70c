import type { Timers } from '../timers.ts';

/** A clock and timers that only advance when told to. */
export class ManualTimers implements Timers {
  now: number;
  readonly #timers = new Map<number, { callback: () => void; at: number }>();
  #last = 0;

  constructor(now = 1_750_000_000_000) {
    this.now = now;
  }

  readonly clock = (): number => this.now;

  set(callback: () => void, milliseconds: number): number {
    this.#last += 1;
    this.#timers.set(this.#last, { callback, at: this.now + milliseconds });
    return this.#last;
  }

  clear(handle: unknown): void {
    if (typeof handle === 'number') this.#timers.delete(handle);
  }

  /** Sets the clock back. Timers still fire after their original delay. */
  setBack(milliseconds: number): void {
    this.now -= milliseconds;
    for (const timer of this.#timers.values()) timer.at -= milliseconds;
  }

  /** Cancels all timers. */
  clearAll(): void {
    this.#timers.clear();
  }

  /** Advances the time and fires due timers in order. Promises settle after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      await settle();
      const due = this.#nextUntil(end);
      if (due === undefined) break;
      this.#timers.delete(due.handle);
      this.now = Math.max(this.now, due.at);
      due.callback();
    }
    this.now = end;
  }

  #nextUntil(end: number): { handle: number; at: number; callback: () => void } | undefined {
    let next: { handle: number; at: number; callback: () => void } | undefined;
    for (const [handle, { at, callback }] of this.#timers) {
      if (at <= end && (next === undefined || at < next.at)) next = { handle, at, callback };
    }
    return next;
  }
}

/** Lets all pending promises settle. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve();
}
