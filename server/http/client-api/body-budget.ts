import { Failure } from '../../conversation/failure.ts';

/** Memory for all request bodies together, and for those of one caller. Bytes. */
export interface BodyBudgetOptions {
  readonly total: number;
  readonly perCaller: number;
}

/** The part of each body that is not counted, so that small requests are always accepted. Bytes. */
const freeBytes = 65_536;

/** Bounds the memory that request bodies use. */
export class BodyBudget {
  readonly #options: BodyBudgetOptions;
  readonly #byCaller = new Map<string, number>();
  #used = 0;

  constructor(options: BodyBudgetOptions) {
    this.#options = options;
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used;
  }

  /** Opens the share of one request. @param caller the key's id, which the share is charged to */
  open(caller: string): BodyShare {
    let length = 0;
    let taken = 0;
    let isOver = false;
    return {
      grow: (bytes) => {
        // Decompression continues for a while after a client has left, and nobody would release this.
        if (isOver) return false;
        const more = Math.max(0, length + bytes - freeBytes) - taken;
        if (!this.#reserve(caller, more)) return false;
        length += bytes;
        taken += more;
        return true;
      },
      release: () => {
        this.#release(caller, taken);
        taken = 0;
        isOver = true;
      },
    };
  }

  #reserve(caller: string, bytes: number): boolean {
    const ofCaller = (this.#byCaller.get(caller) ?? 0) + bytes;
    if (bytes > 0 && (ofCaller > this.#options.perCaller || this.#used + bytes > this.#options.total)) return false;
    if (ofCaller > 0) this.#byCaller.set(caller, ofCaller);
    this.#used += bytes;
    return true;
  }

  #release(caller: string, bytes: number): void {
    const left = (this.#byCaller.get(caller) ?? 0) - bytes;
    if (left > 0) this.#byCaller.set(caller, left);
    else this.#byCaller.delete(caller);
    this.#used -= bytes;
  }
}

export interface BodyShare {
  /** @returns false if there is not enough memory for these additional bytes, or the share was released */
  grow(bytes: number): boolean;
  /** Frees everything that was taken, for good. */
  release(): void;
}

export function noRoom(): Failure {
  return new Failure('overloaded', 'The gateway has no memory left for more large requests. Try again soon.', {
    retryAfterSeconds: 1,
  });
}
