import type { Waiter } from './grant.ts';

/** The waiting requests, in order of arrival. */
export class WaitQueue {
  /** A set, because removal from the middle is cheap. */
  readonly #waiters = new Set<Waiter>();
  #last = 0;

  get size(): number {
    return this.#waiters.size;
  }

  /** A returning request goes before those that arrived later. */
  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
    const isLast = waiter.order >= this.#last;
    this.#last = Math.max(this.#last, waiter.order);
    if (isLast) return;
    const inOrder = [...this.#waiters].sort((one, other) => one.order - other.order);
    this.#waiters.clear();
    for (const each of inOrder) this.#waiters.add(each);
  }

  delete(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  earliestDeadline(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#waiters) earliest = Math.min(earliest, deadline);
    return earliest;
  }

  /** Adjusts all times to a clock that was set back by so many milliseconds. */
  setBack(by: number): void {
    for (const waiter of this.#waiters) {
      waiter.arrivedAt -= by;
      waiter.deadline -= by;
    }
  }

  [Symbol.iterator](): IterableIterator<Waiter> {
    return this.#waiters.values();
  }
}
