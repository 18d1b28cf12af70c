import { Buffer } from 'node:buffer';
import type { KeptAnswer } from '../conversation/kept-answer.ts';
import type { Clock } from '../lib/clock.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';

export interface MemoryBounds {
  /** Maximum total size, by an estimate on the high side. */
  readonly bytes: number;
  /** How long an answer is kept after its last use; milliseconds. */
  readonly age: number;
}

interface Entry {
  readonly names: KeptAnswer['names'];
  readonly previous: string | undefined;
  /** UTF-8, outside of V8's heap, where old objects would cost time in every full collection. */
  readonly text: Buffer;
  readonly size: number;
  /** True when the shared state has it as well. */
  readonly isCopy: boolean;
  usedAt: number;
}

interface Owner {
  /** By their own names, least recently used first. */
  readonly entries: Map<string, Entry>;
  readonly byName: Map<string, Entry>;
  bytes: number;
}

/** Overhead of an entry and of each of its names, in bytes (measured). */
const entryCost = 700;
const nameCost = 150;
/** Maximum share of the bound for one answer, because an answer is decoded as a whole when it is recalled. */
const maxShare = 1 / 4;

/**
 * Answers of several owners within one bound. The least recently used answer of the owner with the most bytes is
 * evicted first, so no owner can evict other owners' answers.
 */
export class BoundedAnswers {
  readonly #bounds: () => MemoryBounds;
  readonly #clock: Clock;
  readonly #owners = new Map<string, Owner>();
  #bytes = 0;
  #count = 0;

  constructor(bounds: () => MemoryBounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  get size(): { readonly answers: number; readonly bytes: number } {
    return { answers: this.#count, bytes: this.#bytes };
  }

  /**
   * @param isCopy whether the shared state has the answer as well
   * @returns false for an answer that is too large
   */
  keep(ownerName: string, { names, previous, text }: KeptAnswer, isCopy = false): boolean {
    const length = Buffer.byteLength(text, 'utf8');
    const size = length + entryCost + names.reduce((sum, name) => sum + name.length + nameCost, 0);
    if (size > this.#bounds().bytes * maxShare) return false;
    const [own] = names;
    const known = this.#owners.get(ownerName)?.entries.get(own);
    if (known !== undefined) this.#drop(ownerName, known);
    // Not from the shared pool, because a slice would keep the whole pool buffer in memory.
    const bytes = Buffer.allocUnsafeSlow(length);
    bytes.write(text, 'utf8');
    const entry: Entry = { names, previous, text: bytes, size, isCopy, usedAt: this.#clock() };
    const owner = this.#owners.get(ownerName) ?? { entries: new Map(), byName: new Map(), bytes: 0 };
    this.#owners.set(ownerName, owner);
    owner.entries.set(own, entry);
    for (const name of names) owner.byName.set(name, entry);
    owner.bytes += size;
    this.#bytes += size;
    this.#count += 1;
    this.sweep();
    return true;
  }

  /** @param name the answer's own name, or that of one of its items */
  findAnswer(ownerName: string, name: string): KeptAnswer | undefined {
    const owner = this.#owners.get(ownerName);
    const entry = owner?.byName.get(name);
    if (owner === undefined || entry === undefined) return undefined;
    const now = this.#clock();
    if (now - entry.usedAt >= this.#bounds().age) {
      this.#drop(ownerName, entry);
      return undefined;
    }
    entry.usedAt = now;
    const { names, previous, text } = entry;
    // Re-inserting moves the entry to the end of the eviction order.
    owner.entries.delete(names[0]);
    owner.entries.set(names[0], entry);
    return {
      names,
      ...withoutUndefined({ previous }),
      // Decoded on access, because several names of one answer may be looked up.
      get text() {
        return text.toString('utf8');
      },
    };
  }

  forget(ownerName: string, name: string): void {
    const entry = this.#owners.get(ownerName)?.entries.get(name);
    if (entry !== undefined) this.#drop(ownerName, entry);
  }

  /** Drops the answers that the shared state has as well. */
  dropCopies(): void {
    for (const [name, { entries }] of this.#owners) {
      for (const entry of entries.values()) if (entry.isCopy) this.#drop(name, entry);
    }
  }

  /** Drops expired answers, and as many others as the bound requires. */
  sweep(): void {
    const { bytes, age } = this.#bounds();
    const oldest = this.#clock() - age;
    for (const [name, { entries }] of this.#owners) {
      for (const entry of entries.values()) {
        if (entry.usedAt > oldest) break;
        this.#drop(name, entry);
      }
    }
    while (this.#bytes > bytes) this.#dropOldestOf(this.#largest());
  }

  #largest(): string {
    let largest = '';
    let most = -1;
    for (const [name, { bytes }] of this.#owners) {
      if (bytes <= most) continue;
      largest = name;
      most = bytes;
    }
    return largest;
  }

  #dropOldestOf(ownerName: string): void {
    const [entry] = this.#owners.get(ownerName)?.entries.values() ?? [];
    if (entry !== undefined) this.#drop(ownerName, entry);
  }

  #drop(ownerName: string, entry: Entry): void {
    const owner = this.#owners.get(ownerName);
    if (owner === undefined) return;
    owner.entries.delete(entry.names[0]);
    for (const name of entry.names) if (owner.byName.get(name) === entry) owner.byName.delete(name);
    owner.bytes -= entry.size;
    this.#bytes -= entry.size;
    this.#count -= 1;
    if (owner.entries.size === 0) this.#owners.delete(ownerName);
  }
}
