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
  /** How long a record may wait for others to be written with; milliseconds. */
  readonly delay?: number;
  /** As many are written at once, at most, and without waiting for more. */
  readonly batchSize?: number;
  /** Records that wait for a store in trouble; beyond them, new ones are dropped and counted. */
  readonly capacity?: number;
  /** The first and the longest pause after a failed write; each failure doubles it. Milliseconds. */
  readonly retryDelay?: { readonly first: number; readonly longest: number };
  /** How long `close` goes on trying a store in trouble; milliseconds. */
  readonly closeTimeout?: number;
  /** Told of the first failure of a row, and of each record given up as unstorable. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Writes records behind the answers: whoever records never waits and never fails. */
export interface Recorder {
  /** Takes a finished exchange into account. */
  record(record: UsageRecord): void;
  /** Writes what is pending now. @throws what the store threw; the records are kept and tried again by themselves */
  flush(): Promise<void>;
  /** Writes everything, trying for as long as `closeTimeout` allows; what is left then counts as dropped. */
  close(): Promise<void>;
  status(): RecorderStatus;
}

export interface RecorderStatus {
  /** Records that are not stored yet. */
  readonly pending: number;
  /** Records given up since the start. */
  readonly dropped: number;
  /** Age of the oldest record that is not stored yet; milliseconds. */
  readonly lagMs: number;
}

/** A record must be stored within 100 ms: the rest is for the write itself, which costs less the more are written at once. */
const defaultDelay = 75;
/** Logged contents that wait, in characters: beyond them, records wait without theirs. */
const contentCapacity = 16_000_000;

export function createRecorder(options: RecorderOptions): Recorder {
  const { store, clock = systemClock, delay = defaultDelay, batchSize = 500, capacity = 10_000 } = options;
  const { closeTimeout = 10_000, retryDelay = { first: 100, longest: 5000 }, onTrouble } = options;
  const serial = createSerial();
  const waiting = new WaitingRecords();
  /** Records that have waited until they were written or given up. */
  let settled = 0;
  let dropped = 0;
  /** Smaller than `batchSize` while a record is searched that the store refuses. */
  let limit = batchSize;
  /** The pause before the next try; undefined while the store is well. */
  let pause: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const schedule = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      // Its failure has scheduled the next try.
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
  /** Halves a refused batch until the record at fault is alone, and gives up on that one only. */
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
