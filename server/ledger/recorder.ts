import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createSerial } from '../lib/serial.ts';
import { packRecord } from './packed-record.ts';
import type { UsageRecord } from './usage-record.ts';
import { RecordsRefused, type UsageStore } from './usage-store.ts';
import { WaitingRecords } from './waiting-records.ts';

export interface RecorderOptions {
  readonly store: Pick<UsageStore, 'append'>;
  readonly clock?: Clock;
  /** How long a record may wait to be written together with others; milliseconds. */
  readonly delay?: number;
  /** Maximum batch size. A full batch is written at once. */
  readonly batchSize?: number;
  /** Maximum number of pending records. While the store fails, further records are dropped and counted. */
  readonly capacity?: number;
  /** Delays after a failed write, in milliseconds. The delay doubles with each failure. */
  readonly retryDelay?: { readonly first: number; readonly longest: number };
  /** How long `close` retries a failing store; milliseconds. */
  readonly closeTimeout?: number;
  /** Called for the first of consecutive failures, and for each record that cannot be stored. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Writes records in the background. Recording never waits and never fails. */
export interface Recorder {
  /** Adds a finished exchange. */
  record(record: UsageRecord): void;
  /** Writes the pending records now. @throws the store's error; the records are kept and retried automatically */
  flush(): Promise<void>;
  /** Writes all pending records, retrying up to `closeTimeout`. Records that remain count as dropped. */
  close(): Promise<void>;
  status(): RecorderStatus;
}

export interface RecorderStatus {
  /** Number of records that are not stored yet. */
  readonly pending: number;
  /** Number of records lost since the start. */
  readonly dropped: number;
  /** Age of the oldest record that is not stored yet; milliseconds. */
  readonly lagMs: number;
}

/** Records must be stored within 100 ms. The difference is for the write itself; larger batches are cheaper. */
const defaultDelay = 75;
/** Maximum number of characters of logged content in pending records. Beyond it, records are queued without content. */
const contentCapacity = 16_000_000;

export function createRecorder(options: RecorderOptions): Recorder {
  return new BatchRecorder(options);
}

class BatchRecorder implements Recorder {
  readonly #options: Required<Omit<RecorderOptions, 'onTrouble'>> & Pick<RecorderOptions, 'onTrouble'>;
  readonly #serial = createSerial();
  readonly #waiting = new WaitingRecords();
  /** Number of records that were written or dropped. */
  #settled = 0;
  #dropped = 0;
  /** Smaller than `batchSize` while searching for the record that the store rejects. */
  #limit: number;
  /** The delay before the next retry; undefined while the store works. */
  #pause: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RecorderOptions) {
    this.#options = {
      clock: systemClock,
      delay: defaultDelay,
      batchSize: 500,
      capacity: 10_000,
      closeTimeout: 10_000,
      retryDelay: { first: 100, longest: 5000 },
      ...options,
    };
    this.#limit = this.#options.batchSize;
  }

  record(record: UsageRecord): void {
    const { capacity, batchSize, delay, clock } = this.#options;
    if (this.#closed || this.#waiting.size >= capacity) {
      this.#dropped += 1;
      return;
    }
    const fits = this.#waiting.contentLength + lengthOf(record.content) <= contentCapacity;
    const content = fits ? record.content : null;
    this.#waiting.append(packRecord(record, content), lengthOf(content), clock());
    if (this.#pause !== undefined) return;
    if (this.#waiting.size === batchSize) this.#schedule(0);
    else if (this.#timer === undefined) this.#schedule(delay);
  }

  flush(): Promise<void> {
    return this.#serial(() => this.#writeWaiting());
  }

  async close(): Promise<void> {
    this.#closed = true;
    const deadline = performance.now() + this.#options.closeTimeout;
    while (this.#waiting.size > 0) {
      const isWritten = await this.flush().then(
        () => true,
        () => false,
      );
      if (isWritten) continue;
      const rest = deadline - performance.now();
      if (rest <= 0) break;
      await wait(Math.min(this.#pause ?? 0, rest));
    }
    clearTimeout(this.#timer);
    this.#dropped += this.#waiting.size;
    this.#remove(this.#waiting.size);
  }

  status(): RecorderStatus {
    const now = this.#options.clock();
    return {
      pending: this.#waiting.size,
      dropped: this.#dropped,
      lagMs: Math.max(0, now - (this.#waiting.oldest ?? now)),
    };
  }

  async #writeWaiting(): Promise<void> {
    const { store, delay } = this.#options;
    const goal = this.#settled + this.#waiting.size;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#settled < goal) {
      const count = Math.min(this.#limit, this.#waiting.size);
      try {
        await store.append(this.#waiting.first(count));
        this.#remove(count);
        this.#recover();
      } catch (error) {
        if (!(error instanceof RecordsRefused)) {
          this.#fail(error);
          throw error;
        }
        this.#divide(count, error);
      }
    }
    if (this.#waiting.size > 0 && this.#timer === undefined) this.#schedule(delay);
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // The failure has already scheduled a retry.
      this.flush().catch(() => undefined);
    }, milliseconds).unref();
  }

  #remove(count: number): void {
    this.#waiting.remove(count);
    this.#settled += count;
  }

  #recover(): void {
    this.#limit = Math.min(this.#options.batchSize, this.#limit * 2);
    this.#pause = undefined;
  }

  #fail(error: unknown): void {
    const { retryDelay, onTrouble } = this.#options;
    if (this.#pause === undefined) onTrouble?.(error);
    this.#pause = this.#pause === undefined ? retryDelay.first : Math.min(this.#pause * 2, retryDelay.longest);
    if (!this.#closed) this.#schedule(this.#pause);
  }

  /** Bisects a rejected batch until the faulty record is alone, and drops only that one. */
  #divide(batchLength: number, error: RecordsRefused): void {
    if (batchLength > 1) {
      this.#limit = batchLength >> 1;
      return;
    }
    this.#remove(1);
    this.#dropped += 1;
    this.#options.onTrouble?.(error);
  }
}

function lengthOf(content: UsageRecord['content']): number {
  return content === null ? 0 : content.request.length + content.response.length;
}
