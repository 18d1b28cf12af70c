import type { Settings } from '../behaviour.ts';

export type RequestOutcome = 'in-flight' | 'completed' | 'aborted-by-client' | 'failed';

/** One request as the simulator saw it. Times are milliseconds since 1970. */
export type RecordedRequest = {
  /** Counts from 1 since the last reset. */
  readonly number: number;
  readonly kind: 'model' | 'account' | 'unknown';
  /** Name of the route: unified, openai-chat, openai-responses, gemini, vertex, bedrock, credits, sites; else empty. */
  readonly route: string;
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined when it is not JSON or was too long to store. */
  readonly body: unknown;
  /** The received body; null when it was too long to store. */
  readonly bodyText: string | null;
  readonly bodyBytes: number;
  /** Email of the credential; null without one. */
  readonly email: string | null;
  readonly model: string | null;
  /** The knobs that were set for the request by any source. */
  readonly settings: Settings;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** `failed` means that the simulator itself broke the connection. */
  readonly outcome: RequestOutcome;
  readonly status: number | null;
  readonly chunksSent: number;
};

/** A writable record, for the code that serves the request. */
export type RequestEntry = { -readonly [Member in keyof RecordedRequest]: RecordedRequest[Member] };

export type RecorderLimits = {
  /** Maximum number of stored requests; the oldest are evicted first. */
  readonly keptRequests: number;
  /** Bodies longer than this are not kept. */
  readonly keptBodyBytes: number;
  /** Maximum size of all bodies in bytes; the oldest requests are evicted first. */
  readonly keptTotalBytes: number;
};

/** Checks its condition for the changed request; returns true once it holds. */
type Waiter = (changed: RecordedRequest | null) => boolean;

/** Stores requests in bounded memory and wakes waiting callers. */
export class Recorder {
  readonly #limits: RecorderLimits;
  readonly #waiters = new Set<Waiter>();
  #entries: RequestEntry[] = [];
  #bytes = 0;
  #count = 0;

  constructor(limits: RecorderLimits) {
    this.#limits = limits;
  }

  /** Starts an entry. The caller updates it and calls `changed`. */
  add(entry: Omit<RequestEntry, 'number'>): RequestEntry {
    const isLong = entry.bodyBytes > this.#limits.keptBodyBytes;
    this.#count += 1;
    const kept = { ...entry, number: this.#count, ...(isLong && { body: undefined, bodyText: null }) };
    this.#entries.push(kept);
    this.#bytes += keptBytes(kept);
    while (this.#entries.length > this.#limits.keptRequests || this.#bytes > this.#limits.keptTotalBytes)
      this.#forgetOldest();
    this.changed(kept);
    return kept;
  }

  /** The kept requests, oldest first. */
  list(): readonly RecordedRequest[] {
    return this.#entries;
  }

  /** Number of requests since the last `clear`, including evicted ones. */
  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
    this.#count = 0;
    this.changed();
  }

  #forgetOldest(): void {
    const oldest = this.#entries.shift();
    if (oldest !== undefined) this.#bytes -= keptBytes(oldest);
  }

  /** Must be called with the request after every change that a caller may wait for. */
  changed(entry: RecordedRequest | null = null): void {
    for (const waiter of this.#waiters) {
      if (waiter(entry)) this.#waiters.delete(waiter);
    }
  }

  /** Resolves with the first stored request that `isWanted` accepts, now or later. Rejects like `waitFor`. */
  waitForRequest(
    isWanted: (request: RecordedRequest) => boolean,
    what: string,
    timeoutMs: number,
  ): Promise<RecordedRequest> {
    const found = this.#entries.find(isWanted);
    if (found !== undefined) return Promise.resolve(found);
    return this.waitFor((changed) => changed !== null && isWanted(changed) && changed, what, timeoutMs);
  }

  /**
   * Resolves with the result of `findMatch` as soon as it is not false. `findMatch` is called now with null, and after
   * each change with the changed request. Rejects after `timeoutMs` with a message that names `what`.
   */
  waitFor<Found>(
    findMatch: (changed: RecordedRequest | null) => Found | false,
    what: string,
    timeoutMs: number,
  ): Promise<Found> {
    const found = findMatch(null);
    if (found !== false) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = (changed) => {
        const met = findMatch(changed);
        if (met === false) return false;
        clearTimeout(timer);
        resolve(met);
        return true;
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`The simulator waited ${timeoutMs} ms in vain for ${what}`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }
}

function keptBytes(entry: RequestEntry): number {
  return entry.bodyText === null ? 0 : entry.bodyBytes;
}
