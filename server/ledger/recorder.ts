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
  const { store, clock = systemClock, delay = defaultDelay, batchSize = 500, capacity = 10_000 } = options;
  const { closeTimeout = 10_000, retryDelay = { first: 100, longest: 5000 }, onTrouble } = options;
  const serial = createSerial();
  const waiting = new WaitingRecords();
  /** Number of records that were written or dropped. */
  let settled = 0;
  let dropped = 0;
  /** Smaller than `batchSize` while searching for the record that the store rejects. */
  let limit = batchSize;
  /** The delay before the next retry; undefined while the store works. */
  let pause: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const schedule = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      // The failure has already scheduled a retry.
      flush().catch(() => undefined);
    }, milliseconds).unref();
  };
  const remove = (count: number) => {
    waiting.remove(count);
    settled += count;
  };

  const recover = () => {
    limit = Math.min(batchSize, limit * 2);
    pause = undefined;
  };
  const fail = (error: unknown) => {
    if (pause === undefined) onTrouble?.(error);
    pause = pause === undefined ? retryDelay.first : Math.min(pause * 2, retryDelay.longest);
    if (!closed) schedule(pause);
  };
  /** Bisects a rejected batch until the faulty record is alone, and drops only that one. */
  const divide = (batchLength: number, error: RecordsRefused) => {
    if (batchLength > 1) {
      limit = batchLength >> 1;
      return;
    }
    remove(1);
    dropped += 1;
    onTrouble?.(error);
  };

  const writeWaiting = async () => {
    const goal = settled + waiting.size;
    clearTimeout(timer);
    timer = undefined;
    while (settled < goal) {
      const count = Math.min(limit, waiting.size);
      try {
        await store.append(waiting.first(count));
        remove(count);
        recover();
      } catch (error) {
        if (!(error instanceof RecordsRefused)) {
          fail(error);
          throw error;
        }
        divide(count, error);
      }
    }
    if (waiting.size > 0 && timer === undefined) schedule(delay);
  };
  const flush = () => serial(writeWaiting);

  return {
    record(record) {
      if (closed || waiting.size >= capacity) {
        dropped += 1;
        return;
      }
      const fits = waiting.contentLength + lengthOf(record.content) <= contentCapacity;
      const content = fits ? record.content : null;
      waiting.append(packRecord(record, content), lengthOf(content), clock());
      if (pause !== undefined) return;
      if (waiting.size === batchSize) schedule(0);
      else if (timer === undefined) schedule(delay);
    },
    flush,
    async close() {
      closed = true;
      const deadline = performance.now() + closeTimeout;
      while (waiting.size > 0) {
        const isWritten = await flush().then(
          () => true,
          () => false,
        );
        if (isWritten) continue;
        const rest = deadline - performance.now();
        if (rest <= 0) break;
        await wait(Math.min(pause ?? 0, rest));
      }
      clearTimeout(timer);
      dropped += waiting.size;
      remove(waiting.size);
    },
    status: () => ({
      pending: waiting.size,
      dropped,
      lagMs: Math.max(0, clock() - (waiting.oldest ?? clock())),
    }),
  };
}

function lengthOf(content: UsageRecord['content']): number {
  return content === null ? 0 : content.request.length + content.response.length;
}
