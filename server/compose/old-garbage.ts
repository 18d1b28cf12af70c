import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

export interface OldGarbageOptions {
  /** Bytes that old objects take, dead ones and all. */
  readonly measure?: () => number;
  /** Whether V8 shall begin to collect old objects as soon as there are more of them. */
  readonly setEager?: (eager: boolean) => void;
}

/** Bytes of garbage beyond which it is collected. */
const tolerated = 24 * 1024 * 1024;
/** Bytes of old objects that a request under way may have. */
const heldByRequest = 48 * 1024;
/** Milliseconds between two looks, and while V8 is asked: once it has collected, it would begin again at once. */
const lookInterval = 1000;
const askedInterval = 50;
/** As often is looked whether V8 has collected, at most. */
const mostLooks = 100;

/**
 * Keeps garbage among old objects from growing: V8 lets a heap of 50 MB grow to 180 before it looks for what has died,
 * which streams that end after some seconds fill. Collected early it takes V8 the same time, most of it beside other work,
 * in pauses of some 20 ms.
 */
export class OldGarbage {
  readonly #measure: () => number;
  readonly #setEager: (eager: boolean) => void;
  /** What lived, as far as was seen; bytes. */
  #living = Number.POSITIVE_INFINITY;
  /** Set while V8 is asked to collect. */
  #asked: { readonly used: number; looks: number } | undefined;

  constructor({ measure = measureOld, setEager = setEagerMarking }: OldGarbageOptions = {}) {
    this.#measure = measure;
    this.#setEager = setEager;
  }

  /**
   * @param running requests under way
   * @returns milliseconds after which to look again
   */
  look(running: number): number {
    this.#look(running);
    return this.#asked === undefined ? lookInterval : askedInterval;
  }

  #look(running: number): void {
    const used = this.#measure();
    if (this.#asked === undefined) {
      this.#living = Math.min(this.#living, used);
      if (used - this.#living > tolerated + running * heldByRequest) {
        this.#asked = { used, looks: 0 };
        this.#setEager(true);
      }
      return;
    }
    this.#asked.looks += 1;
    if (used >= this.#asked.used && this.#asked.looks < mostLooks) return;
    this.#living = used;
    this.stop();
  }

  stop(): void {
    if (this.#asked === undefined) return;
    this.#asked = undefined;
    this.#setEager(false);
  }
}

function measureOld(): number {
  let used = 0;
  for (const space of getHeapSpaceStatistics()) {
    if (!space.space_name.startsWith('new_')) used += space.space_used_size;
  }
  return used;
}

/** Percent of the room up to V8's limit after which it begins to mark; 0: as V8 thinks best. */
function setEagerMarking(eager: boolean): void {
  setFlagsFromString(`--incremental-marking-soft-trigger=${eager ? 1 : 0}`);
}

/** @returns what ends the looking */
export function watchOldGarbage(running: () => number): () => void {
  const garbage = new OldGarbage();
  const look = () => {
    timer = setTimeout(look, garbage.look(running())).unref();
  };
  let timer = setTimeout(look, lookInterval).unref();
  return () => {
    clearTimeout(timer);
    garbage.stop();
  };
}
