import { getCompileCacheDir } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { joinPacked, type PackedRecord } from '../ledger/packed-record.ts';
import type {
  QueryAnswer,
  SqlValue,
  WorkerError,
  WorkerMessage,
  WorkerOptions,
  WorkerRequest,
} from './sqlite-protocol.ts';
import { StoreFailure } from './store-failure.ts';

/** The main thread's end of the SQLite worker: every call is a message, none blocks. */
export interface SqliteClient {
  /**
   * @param patient wait for another program's lock; inside a transaction there is none to wait for
   * @throws StoreFailure
   */
  query(
    connection: 'reader' | 'writer',
    sql: string,
    parameters: readonly SqlValue[],
    patient: boolean,
  ): Promise<QueryAnswer>;
  /** Adds to the ledger in a transaction of its own. The caller sees to it that the writer is free. */
  appendUsage(records: readonly PackedRecord[], minutesFrom: number): Promise<void>;
  /** Gives some free pages back to the file system. @returns how many are left */
  reclaim(): Promise<number>;
  /** Calls back within a watch interval after another connection's commit. @returns stops it */
  watchChanges(callback: () => void): () => void;
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (answer: QueryAnswer) => void;
  readonly reject: (error: StoreFailure) => void;
}

type RequestBody = WorkerRequest extends infer Request
  ? Request extends unknown
    ? Omit<Request, 'id'>
    : never
  : never;

const busyCode = 5;
const retryDelay = 30;

/** Starts the worker. @throws StoreFailure when the database cannot be opened */
export function startSqliteClient(options: WorkerOptions): Promise<SqliteClient> {
  const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
    workerData: options,
    name: 'sqlite',
    env: workerEnvironment(),
    // The gateway's heap limits are not this thread's: it holds one answer at a time.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  return new Promise((resolve, reject) => {
    const client = createClient(worker, options);
    worker.once('message', (message: WorkerMessage) => {
      if (message.kind === 'refused') {
        reject(toStoreFailure(message.error, options.path));
        return;
      }
      worker.unref();
      resolve(client);
    });
    worker.once('error', (error) => reject(threadFailure(error)));
  });
}

/**
 * A thread does not inherit the main thread's compile cache, only the variable that asks for one. With it, the thread
 * starts sooner and saves the 20 MB that stripping TypeScript's types takes.
 */
function workerEnvironment(): NodeJS.ProcessEnv {
  const folder = process.env.NODE_COMPILE_CACHE ?? getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}

function createClient(worker: Worker, options: WorkerOptions): SqliteClient {
  const pending = new Map<number, Pending>();
  const watchers = new Set<() => void>();
  let lastId = 0;
  let ended: StoreFailure | undefined;

  const settle = (id: number): Pending | undefined => {
    const found = pending.get(id);
    pending.delete(id);
    // A pending answer keeps the process alive, an idle database does not.
    if (pending.size === 0) worker.unref();
    return found;
  };
  const end = (failure: StoreFailure) => {
    ended ??= failure;
    for (const id of [...pending.keys()]) settle(id)?.reject(ended);
  };
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'changed') for (const watcher of watchers) watcher();
    if (message.kind === 'answer') settle(message.id)?.resolve(message.answer);
    if (message.kind === 'error') settle(message.id)?.reject(toStoreFailure(message.error, options.path));
  });
  worker.on('error', (error) => end(threadFailure(error)));
  worker.on('exit', () => end(new StoreFailure('closed', 'The database is closed.')));

  const ask = (request: RequestBody): Promise<QueryAnswer> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) {
        reject(ended);
        return;
      }
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...request, id: lastId } satisfies WorkerRequest);
    });
  const askPatiently = async (request: RequestBody): Promise<QueryAnswer> => {
    const deadline = performance.now() + options.lockTimeout;
    for (;;) {
      try {
        return await ask(request);
      } catch (error) {
        const isLocked = error instanceof StoreFailure && error.kind === 'locked';
        if (!isLocked || performance.now() > deadline) throw error;
        await wait(retryDelay);
      }
    }
  };

  return {
    query(connection, sql, parameters, patient) {
      const request: RequestBody = { kind: 'query', connection, sql, parameters };
      return patient ? askPatiently(request) : ask(request);
    },
    async appendUsage(records, minutesFrom) {
      await askPatiently({ kind: 'append-usage', records: joinPacked(records), minutesFrom });
    },
    reclaim: async () => (await askPatiently({ kind: 'reclaim' })).changes,
    watchChanges(callback) {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
    async close() {
      if (ended !== undefined) return;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      // The thread may end before its answer arrives.
      const answered = ask({ kind: 'close' }).catch((error) => {
        if (!(error instanceof StoreFailure && error.kind === 'closed')) throw error;
      });
      await Promise.all([answered, exited]);
    },
  };
}

function threadFailure(error: unknown): StoreFailure {
  const message = error instanceof Error ? error.message : String(error);
  return new StoreFailure('closed', `The database's thread failed: ${message}`, { cause: error });
}

function toStoreFailure({ message, code }: WorkerError, path: string): StoreFailure {
  const options = { cause: new Error(message) };
  switch (code) {
    case -1:
      return new StoreFailure(
        'foreign',
        `${path} is another program's database: set DATA_DIR to another folder.`,
        options,
      );
    case busyCode:
    case 6:
      return new StoreFailure(
        'locked',
        `${path} is locked by another program: stop that program, then try again.`,
        options,
      );
    case 8:
      return new StoreFailure(
        'not-writable',
        `${path} is read-only: give this program's user the right to write it.`,
        options,
      );
    case 14:
      return new StoreFailure('not-writable', `${path} cannot be opened: ${message}.`, options);
    case 13:
      return new StoreFailure('full', `No space is left to write ${path}.`, options);
    case 11:
    case 26:
      return new StoreFailure(
        'corrupt',
        `${path} is broken or not a database (${message}): restore it from a backup.`,
        options,
      );
    case 19:
      return new StoreFailure('constraint', message, options);
    default:
      return new StoreFailure('other', `The database failed: ${message}`, options);
  }
}
