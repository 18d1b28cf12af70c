import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { StoreFailure } from '../../store-failure.ts';
import { closedFailure, missingFileFailure } from './failure.ts';
import { type SqliteThread, startSqliteThread, type ThreadOptions } from './thread.ts';

export interface ThreadsOptions extends ThreadOptions {
  /** Called when another connection has committed, or may have done so while no thread was running. */
  readonly onChange: () => void;
  /** Called when the thread ends unexpectedly, and once if it cannot be restarted. */
  readonly onTrouble?: (failure: StoreFailure) => void;
  readonly pause?: Pause;
}

/** Resolves after a delay; rejects once the signal is aborted. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** The database thread, restarted if it ends unexpectedly. */
export interface SqliteThreads {
  /**
   * The running thread, or the next one once it is ready.
   *
   * @throws StoreFailure if it cannot be started; the next call tries again
   */
  current(): Promise<SqliteThread>;
  /** Also aborts a pending start. */
  close(): Promise<void>;
}

/** Minimum time from one start to the next; milliseconds. */
const startInterval = 1000;

/** Starts the first thread. @throws StoreFailure if the database cannot be opened */
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
    if (isLost) throw missingFileFailure(path);
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
    // Restart now rather than at the next call, because change watchers make no calls.
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

/** SQLite would create a new database without tables in place of such a file. */
async function isMissingOrEmpty(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size === 0;
  } catch {
    return true;
  }
}
