import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { StoreFailure } from '../../store-failure.ts';
import { closedFailure, lostFailure } from './failure.ts';
import { type SqliteThread, startSqliteThread, type ThreadOptions } from './thread.ts';

export interface ThreadsOptions extends ThreadOptions {
  /** Told that another connection has committed, or may have while there was no thread to see it. */
  readonly onChange: () => void;
  /** Told of each unexpected end of the thread, and once when it cannot be started anew. */
  readonly onTrouble?: (failure: StoreFailure) => void;
  readonly pause?: Pause;
}

/** Ends after some milliseconds; throws once the signal is aborted. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** The database's thread, and the next one when it ends although nobody closed it. */
export interface SqliteThreads {
  /**
   * The thread that is ready, or the next one once it is.
   *
   * @throws StoreFailure when it cannot be started; the next call tries again
   */
  current(): Promise<SqliteThread>;
  /** Gives up a start under way. */
  close(): Promise<void>;
}

/** From one start to the next, at least; milliseconds. */
const startInterval = 1000;

/** Starts the first thread. @throws StoreFailure when the database cannot be opened */
export async function startSqliteThreads(options: ThreadsOptions): Promise<SqliteThreads> {
  const { path, onChange, onTrouble, pause = pauseInBackground } = options;
  const closing = new AbortController();
  let rest = Promise.resolve();
  let hasFailed = false;

  const start = async (): Promise<SqliteThread> => {
    rest = pause(startInterval, closing.signal).catch(() => undefined);
    return startSqliteThread(options, { onChange, onEnd }, closing.signal);
  };
  const startAnew = async (): Promise<SqliteThread> => {
    await rest;
    const isLost = await isMissingOrEmpty(path);
    if (closing.signal.aborted) throw closedFailure();
    if (isLost) throw lostFailure(path);
    return start();
  };
  const recover = async (): Promise<SqliteThread> => {
    try {
      const started = await startAnew();
      hasFailed = false;
      queueMicrotask(onChange);
      return started;
    } catch (error) {
      thread = undefined;
      if (!hasFailed && !closing.signal.aborted && error instanceof StoreFailure) onTrouble?.(error);
      hasFailed = true;
      throw error;
    }
  };
  const current = () => {
    thread ??= recover();
    return thread;
  };
  const onEnd = (failure: StoreFailure) => {
    thread = undefined;
    onTrouble?.(failure);
    // Now rather than at the next call: who watches for changes makes none.
    current().catch(() => undefined);
  };

  let thread: Promise<SqliteThread> | undefined = start();
  await thread;
  return {
    current,
    async close() {
      closing.abort();
      const last = await thread?.catch(() => undefined);
      await last?.close();
    },
  };
}

const pauseInBackground: Pause = (milliseconds, signal) => wait(milliseconds, undefined, { signal, ref: false });

/** SQLite would make a new database of such a file, one without tables. */
async function isMissingOrEmpty(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size === 0;
  } catch {
    return true;
  }
}
