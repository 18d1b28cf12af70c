import { Failure } from '../../conversation/failure.ts';

/** Memory for the bodies of all requests together; and as much of it as any one caller may take. Bytes. */
export interface BodyBudgetOptions {
  readonly total: number;
  readonly perCaller: number;
}

/** Part of each body that is not counted, so that small requests always get in. Bytes. */
const free = 65_536;

/** Counts what request bodies hold in memory, so that no number of them can take it all. */
export class BodyBudget {
  readonly #options: BodyBudgetOptions;
  readonly #byCaller = new Map<string, number>();
  #used = 0;

  constructor(options: BodyBudgetOptions) {
    this.#options = options;
  }

  /** Bytes that are taken now. */
  get used(): number {
    return this.#used;
  }

  /** The share of one request. @param caller whoever pays for it: a key's id */
  open(caller: string): BodyShare {
    let length = 0;
    let taken = 0;
    return {
      grow: (bytes) => {
        const more = Math.max(0, length + bytes - free) - taken;
        if (!this.#take(caller, more)) return false;
        length += bytes;
        taken += more;
        return true;
      },
      release: () => {
        this.#give(caller, taken);
        length = 0;
        taken = 0;
      },
    };
  }

  #take(caller: string, bytes: number): boolean {
    const ofCaller = (this.#byCaller.get(caller) ?? 0) + bytes;
    if (bytes > 0 && (ofCaller > this.#options.perCaller || this.#used + bytes > this.#options.total)) return false;
    if (ofCaller > 0) this.#byCaller.set(caller, ofCaller);
    this.#used += bytes;
    return true;
  }

  #give(caller: string, bytes: number): void {
    const left = (this.#byCaller.get(caller) ?? 0) - bytes;
    if (left > 0) this.#byCaller.set(caller, left);
    else this.#byCaller.delete(caller);
    this.#used -= bytes;
  }
}

export interface BodyShare {
  /** @returns false when there is no room for so many more bytes now */
  grow(bytes: number): boolean;
  /** Gives it all back. */
  release(): void;
}

export function noRoom(): Failure {
  return new Failure('overloaded', 'The gateway holds as many large requests as it has memory for. Try again soon.', {
    retryAfterSeconds: 1,
  });
}
