import type { Waiter } from './grant.ts';

/** Requests that wait, in the order of their arrival. */
export class WaitingLine {
  /** A set loses members from its middle cheaply. */
  readonly #waiters = new Set<Waiter>();
  #last = 0;

  get size(): number {
    return this.#waiters.size;
  }

  /** Returning requests go before later ones. */
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

  /** Moves all times to a clock that was set back by so many milliseconds. */
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
