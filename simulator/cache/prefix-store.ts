/** A cached prompt prefix. */
export type StoredPrefix = { readonly tokens: number; readonly expiresAt: number };

/** Prefixes by scope and hash, in bounded memory: the oldest are evicted first. Times are milliseconds since 1970. */
export class PrefixStore {
  readonly #prefixes = new Map<string, StoredPrefix>();
  readonly #maximum: number;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** The prefix, unless it was evicted or has expired. */
  findPrefix(scope: string, hash: string, now: number): StoredPrefix | null {
    const found = this.#prefixes.get(`${scope} ${hash}`);
    return found !== undefined && found.expiresAt > now ? found : null;
  }

  /** Stores a prefix until the given time. */
  keep(scope: string, hash: string, prefix: StoredPrefix): void {
    const key = `${scope} ${hash}`;
    this.#prefixes.delete(key);
    this.#prefixes.set(key, prefix);
    for (const oldest of this.#prefixes.keys()) {
      if (this.#prefixes.size <= this.#maximum) break;
      this.#prefixes.delete(oldest);
    }
  }

  clear(): void {
    this.#prefixes.clear();
  }
}
