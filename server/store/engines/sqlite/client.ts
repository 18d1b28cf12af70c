import { setTimeout as wait } from 'node:timers/promises';
import type { PackedRecords } from '../../../ledger/packed-record.ts';
import { StoreFailure } from '../../store-failure.ts';
import type { QueryAnswer, SqlValue } from './protocol.ts';
import type { RequestBody } from './requests.ts';
import { type SqliteThread, verifySqlite } from './thread.ts';
import { startSqliteThreads, type ThreadsOptions } from './threads.ts';

/**
 * The main thread's side of the SQLite worker. Every call is a message and none blocks. Calls wait for another
 * program's lock, and for a new thread if the last one has ended.
 *
 * All throw StoreFailure: `interrupted` if the thread ended before it responded.
 */
export interface SqliteClient {
  query(connection: 'reader' | 'writer', sql: string, parameters: readonly SqlValue[]): Promise<QueryAnswer>;
  /**
   * Begins a transaction on the writer, or a read-only one on the reader. All other reads then see the same snapshot.
   * The caller must make sure that the connection is free.
   */
  begin(connection: 'reader' | 'writer'): Promise<SqliteTransaction>;
  /** Appends to the ledger in a transaction. The caller must make sure that the writer is free. */
  appendUsage(records: PackedRecords, minutesFrom: number): Promise<void>;
  /** Returns some free pages to the file system. @returns how many are left */
  reclaim(): Promise<number>;
  /**
   * Calls back within a watch interval after another connection commits, and after a new thread starts. @returns a
   * function that stops it
   */
  watchChanges(callback: () => void): () => void;
  /**
   * Checks for changes now. When it resolves, the callbacks have been called for everything committed before the call.
   */
  checkForChanges(): Promise<void>;
  requireSameFiles: SqliteThread['requireSameFiles'];
  /** Checks the whole database on a separate thread. @throws StoreFailure `corrupt` */
  verify(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Bound to the thread that it began on. All calls fail once that thread has ended. */
export interface SqliteTransaction {
  query(sql: string, parameters: readonly SqlValue[]): Promise<QueryAnswer>;
  /** If it fails, the transaction must still be rolled back. */
  commit(): Promise<void>;
  /** Also cleans up a transaction whose thread has ended. */
  rollback(): Promise<void>;
}

export interface SqliteClientOptions extends Omit<ThreadsOptions, 'onChange'> {}

const retryDelay = 30;

/** Starts the worker thread. @throws StoreFailure if the database cannot be opened */
export async function startSqliteClient(options: SqliteClientOptions): Promise<SqliteClient> {
  const watchers = new Set<() => void>();
  const onChange = () => {
    for (const watcher of watchers) watcher();
  };
  const keepAlive = createKeepAlive();
  const threads = await keepAlive(() => startSqliteThreads({ ...options, onChange }));
  let corruptionReported = false;
  /** Keep the thread if a part of the file is corrupt, because other parts can still be read. */
  const reportCorruption = (error: unknown): never => {
    if (!corruptionReported && error instanceof StoreFailure && error.kind === 'corrupt') {
      corruptionReported = true;
      options.onTrouble?.(error);
    }
    throw error;
  };
  const onThread = <Result>(task: (thread: SqliteThread) => Promise<Result>): Promise<Result> =>
    keepAlive(() =>
      retryWhileLocked(async () => {
        const thread = await threads.current();
        return task(thread).catch(reportCorruption);
      }, options.lockTimeout),
    );
  const ask = (request: RequestBody): Promise<QueryAnswer> => onThread((thread) => thread.ask(request));

  return {
    query: (connection, sql, parameters) => ask({ kind: 'query', connection, sql, parameters }),
    begin: (connection) =>
      onThread(async (thread) => {
        const transaction = createTransaction((request) => keepAlive(() => thread.ask(request)), connection);
        await transaction.query(connection === 'writer' ? 'begin immediate' : 'begin', []);
        return transaction;
      }),
    async appendUsage(records, minutesFrom) {
      await ask({ kind: 'append-usage', records, minutesFrom });
    },
    reclaim: async () => (await ask({ kind: 'reclaim' })).changes,
    watchChanges(callback) {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
    async checkForChanges() {
      await ask({ kind: 'check-changes' });
    },
    requireSameFiles: () => keepAlive(async () => (await threads.current()).requireSameFiles()),
    verify: (signal) => verifySqlite(options, signal),
    close: () => keepAlive(threads.close),
  };
}

/** The transaction already holds the lock, so no call has to wait for it. */
function createTransaction(ask: SqliteThread['ask'], connection: 'reader' | 'writer'): SqliteTransaction {
  const query: SqliteTransaction['query'] = (sql, parameters) => ask({ kind: 'query', connection, sql, parameters });
  return {
    query,
    async commit() {
      await query('commit', []);
    },
    async rollback() {
      try {
        await query('rollback', []);
      } catch (error) {
        if (!isOfKind(error, 'interrupted')) throw error;
      }
    },
  };
}

/** @param timeout how long to retry while another program holds the lock; milliseconds */
async function retryWhileLocked<Result>(task: () => Promise<Result>, timeout: number): Promise<Result> {
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!isOfKind(error, 'locked') || performance.now() > deadline) throw error;
      await wait(retryDelay);
    }
  }
}

function isOfKind(error: unknown, kind: StoreFailure['kind']): boolean {
  return error instanceof StoreFailure && error.kind === kind;
}

/** The maximum delay of a timer; milliseconds. */
const longest = 2 ** 31 - 1;

/** Keeps the process alive while a response is pending, but not while the database is idle. */
function createKeepAlive(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let pending = 0;
  let timer: NodeJS.Timeout | undefined;
  return async (task) => {
    pending += 1;
    timer ??= setInterval(() => undefined, longest);
    try {
      return await task();
    } finally {
      pending -= 1;
      if (pending === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    }
  };
}
