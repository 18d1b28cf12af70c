/** A set of strings for each name. A name without values is not kept. */
export class SetMap {
  readonly #sets = new Map<string, Set<string>>();

  /** How many values the name has. */
  count(name: string): number {
    return this.#sets.get(name)?.size ?? 0;
  }

  add(name: string, values: Iterable<string>): void {
    const set = this.#sets.get(name) ?? new Set();
    for (const value of values) set.add(value);
    if (set.size > 0) this.#sets.set(name, set);
  }

  delete(name: string, values: Iterable<string>): void {
    const set = this.#sets.get(name);
    for (const value of values) set?.delete(value);
    if (set?.size === 0) this.#sets.delete(name);
  }

  /** Removes everything. @returns what was removed */
  takeAll(): [string, ReadonlySet<string>][] {
    const all = [...this.#sets];
    this.#sets.clear();
    return all;
  }

  [Symbol.iterator](): MapIterator<[string, ReadonlySet<string>]> {
    return this.#sets.entries();
  }
}
