/** The simulator's clock: real time plus an offset that tests can change. */
export class Clock {
  readonly #source: () => number;
  #offset = 0;

  constructor(source: () => number) {
    this.#source = source;
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#source() + this.#offset;

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  reset(): void {
    this.#offset = 0;
  }
}
