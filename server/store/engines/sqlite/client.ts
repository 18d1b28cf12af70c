import { setTimeout as wait } from 'node:timers/promises';
import type { PackedRecords } from '../../../ledger/packed-record.ts';
import { StoreFailure } from '../../store-failure.ts';
import type { QueryAnswer, SqlValue } from './protocol.ts';
import type { RequestBody } from './requests.ts';
import { type SqliteThread, verifySqlite } from './thread.ts';
import { startSqliteThreads, type ThreadsOptions } from './threads.ts';

/**
 * The main thread's end of the SQLite worker: every call is a message, none blocks. Calls wait for another program's lock,
 * and for the next thread when the last one has ended.
 *
 * All throw StoreFailure: `interrupted` when the thread ended before it answered.
 */
export interface SqliteClient {
  query(connection: 'reader' | 'writer', sql: string, parameters: readonly SqlValue[]): Promise<QueryAnswer>;
  /**
   * Begins a transaction: on the writer, or one that reads on the reader, where all others then read the same past moment.
   * The caller sees to it that the connection is free.
   */
  begin(connection: 'reader' | 'writer'): Promise<SqliteTransaction>;
  /** Adds to the ledger in a transaction of its own. The caller sees to it that the writer is free. */
  appendUsage(records: PackedRecords, minutesFrom: number): Promise<void>;
  /** Gives some free pages back to the file system. @returns how many are left */
  reclaim(): Promise<number>;
  /** Calls back within a watch interval after another connection's commit, and after a new thread's start. @returns stops it */
  watchChanges(callback: () => void): () => void;
  /** Looks now: of what other connections committed before the call, the callbacks have heard when it resolves. */
  lookForChanges(): Promise<void>;
  requireSameFiles: SqliteThread['requireSameFiles'];
  /** Reads through the database, on a thread of its own. @throws StoreFailure `corrupt` */
  verify(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Belongs to the thread that it began on: with it, it is gone, and whatever is asked of it fails. */
export interface SqliteTransaction {
  query(sql: string, parameters: readonly SqlValue[]): Promise<QueryAnswer>;
  /** When it fails, the transaction is still to be rolled back. */
  commit(): Promise<void>;
  /** Also of one that is gone. */
  rollback(): Promise<void>;
}

export interface SqliteClientOptions extends Omit<ThreadsOptions, 'onChange'> {}

const retryDelay = 30;

/** Starts the worker. @throws StoreFailure when the database cannot be opened */
export async function startSqliteClient(options: SqliteClientOptions): Promise<SqliteClient> {
  const watchers = new Set<() => void>();
  const onChange = () => {
    for (const watcher of watchers) watcher();
  };
  const keepAlive = createLifeline();
  const threads = await keepAlive(() => startSqliteThreads({ ...options, onChange }));
  let toldBroken = false;
  /** The thread goes on when a part of the file is broken: others can still be read. */
  const tellBroken = (error: unknown): never => {
    if (!toldBroken && error instanceof StoreFailure && error.kind === 'corrupt') {
      toldBroken = true;
      options.onTrouble?.(error);
    }
    throw error;
  };
  const onThread = <Result>(task: (thread: SqliteThread) => Promise<Result>): Promise<Result> =>
    keepAlive(() =>
      patiently(async () => {
        const thread = await threads.current();
        return task(thread).catch(tellBroken);
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
    async lookForChanges() {
      await ask({ kind: 'look' });
    },
    requireSameFiles: () => keepAlive(async () => (await threads.current()).requireSameFiles()),
    verify: (signal) => verifySqlite(options, signal),
    close: () => keepAlive(threads.close),
  };
}

/** There is no lock to wait for: the transaction has it. */
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

/** @param patience how long to go on while another program has the lock; milliseconds */
async function patiently<Result>(task: () => Promise<Result>, patience: number): Promise<Result> {
  const deadline = performance.now() + patience;
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

/** The longest that a timer takes; milliseconds. */
const longest = 2 ** 31 - 1;

/** A pending answer keeps the process alive, an idle database does not. */
function createLifeline(): <Result>(task: () => Promise<Result>) => Promise<Result> {
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
