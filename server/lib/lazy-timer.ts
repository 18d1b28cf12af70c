/**
 * A timer that is started again and again. A timer that is already set is kept, and set again when it fires too early:
 * most of them are cleared before they fire for the first time.
 */
export class LazyTimer {
  readonly #expire: () => void;
  /** When it expires, on the clock of `performance.now`. */
  #due = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Number.POSITIVE_INFINITY;

  /** @param expire called when the time of the last start has passed */
  constructor(expire: () => void) {
    this.#expire = expire;
  }

  /** @param milliseconds 0 for no limit */
  start(milliseconds: number): void {
    this.#due = milliseconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + milliseconds;
    if (this.#due < this.#timerDue) this.#set();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    this.#timerDue = Number.POSITIVE_INFINITY;
  }

  #set(): void {
    clearTimeout(this.#timer);
    this.#timerDue = this.#due;
    if (this.#due === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#check(), Math.max(0, this.#due - performance.now()));
  }

  #check(): void {
    // Timers count whole milliseconds.
    if (this.#due - performance.now() >= 1) {
      this.#set();
      return;
    }
    this.clear();
    this.#expire();
  }
}
