import type { Clock } from '../lib/clock.ts';

export interface BoundedTextsOptions {
  /** Total size in characters. */
  readonly capacity: number;
  /** How long an unused text is kept; milliseconds. */
  readonly lifetime: number;
  readonly clock: Clock;
}

/** Cost of an entry in addition to its text, in characters. */
const overhead = 200;
/** Maximum share of the capacity for one owner. */
const ownersShare = 0.5;

interface Entry {
  readonly owner: string;
  readonly text: string;
  readonly until: number;
}

/** Bounded in size and time. The least recently used text is evicted first; an owner over its share evicts its own. */
export class BoundedTexts {
  readonly #options: BoundedTextsOptions;
  /** By name, least recently used first. */
  readonly #entries = new Map<string, Entry>();
  /** By owner. */
  readonly #sizes = new Map<string, number>();
  #size = 0;

  constructor(options: BoundedTextsOptions) {
    this.#options = options;
  }

  /** True for a text that `use` would return. */
  has(name: string): boolean {
    const entry = this.#entries.get(name);
    return entry !== undefined && entry.until > this.#options.clock();
  }

  put(owner: string, name: string, text: string): void {
    this.#drop(name);
    const entry = { owner, text, until: this.#nextEnd() };
    this.#entries.set(name, entry);
    const added = sizeOf(name, entry);
    this.#size += added;
    this.#sizes.set(owner, this.#sizeOfOwner(owner) + added);
    this.#makeRoom(owner);
  }

  /** Returns a text and extends its life. */
  use(name: string): string | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.until <= this.#options.clock()) {
      this.#drop(name);
      return undefined;
    }
    // Re-inserting moves the entry to the end of the eviction order.
    this.#entries.delete(name);
    this.#entries.set(name, { ...entry, until: this.#nextEnd() });
    return entry.text;
  }

  #drop(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    const freed = sizeOf(name, entry);
    const left = this.#sizeOfOwner(entry.owner) - freed;
    this.#size -= freed;
    if (left > 0) this.#sizes.set(entry.owner, left);
    else this.#sizes.delete(entry.owner);
  }

  #makeRoom(owner: string): void {
    const isFull = () => this.#sizeOfOwner(owner) > this.#options.capacity * ownersShare;
    if (isFull()) {
      for (const [name, entry] of this.#entries) {
        if (!isFull()) break;
        if (entry.owner === owner) this.#drop(name);
      }
    }
    for (const name of this.#entries.keys()) {
      if (this.#size <= this.#options.capacity) break;
      this.#drop(name);
    }
  }

  #sizeOfOwner(owner: string): number {
    return this.#sizes.get(owner) ?? 0;
  }

  #nextEnd(): number {
    return this.#options.clock() + this.#options.lifetime;
  }
}

function sizeOf(name: string, { text }: Entry): number {
  return name.length + text.length + overhead;
}
