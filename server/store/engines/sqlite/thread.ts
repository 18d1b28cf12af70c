import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../../lib/sibling-module.ts';
import type { StoreFailure } from '../../store-failure.ts';
import { closedFailure, threadFailure, toStoreFailure } from './failure.ts';
import { identifyFiles, requireSameFiles } from './file-identity.ts';
import type { WorkerMessage, WorkerOptions } from './protocol.ts';
import { createRequests, type Requests } from './requests.ts';

/** One run of the database's thread, which by itself does not keep the process alive. */
export interface SqliteThread {
  readonly ask: Requests['ask'];
  /** @throws StoreFailure when what the thread has open is no longer what lies in the folder, or is broken */
  requireSameFiles(): Promise<void>;
  /** Ends it, once it has answered what it was asked. */
  close(): Promise<void>;
}

export type StartWorker = (options: WorkerOptions) => Worker;

export interface ThreadOptions extends WorkerOptions {
  readonly startWorker?: StartWorker;
}

export interface ThreadListener {
  /** Another connection has committed. */
  onChange(): void;
  /** The thread, once ready, has ended although nobody closed it. Those who wait for an answer hear of it afterwards. */
  onEnd(failure: StoreFailure): void;
}

/**
 * @param closing tells that the database is being closed: a start is given up
 * @returns once the database is open
 * @throws StoreFailure when it cannot be opened; then the thread has ended
 */
export async function startSqliteThread(
  options: ThreadOptions,
  listener: ThreadListener,
  closing: AbortSignal,
): Promise<SqliteThread> {
  const { path, isReadOnly, lockTimeout, watchInterval, startWorker = startSqliteWorker } = options;
  const worker = startWorker({ path, isReadOnly, lockTimeout, watchInterval });
  const requests = createRequests((request) => worker.postMessage(request), path);
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<void>();
  const giveUp = () => void worker.terminate();
  let isReady = false;
  let failure: StoreFailure | undefined;

  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'answer' || message.kind === 'error') requests.settle(message);
    if (message.kind === 'changed') listener.onChange();
    if (message.kind === 'refused') failure = toStoreFailure(message.error, path);
    if (message.kind === 'ready') {
      isReady = true;
      ready.resolve();
    }
  });
  worker.on('error', (error) => {
    failure = threadFailure(error);
  });
  worker.on('exit', (code) => {
    const reason = closing.aborted ? closedFailure() : (failure ?? threadFailure(`exit code ${code}`));
    if (isReady && !closing.aborted) listener.onEnd(reason);
    exited.resolve();
    requests.end(reason);
    ready.reject(reason);
  });

  // Not before: to listen for messages is what keeps the process alive.
  worker.unref();
  closing.addEventListener('abort', giveUp);
  try {
    await ready.promise;
  } finally {
    closing.removeEventListener('abort', giveUp);
  }
  const opened = await identifyFiles(path);
  return {
    ask: requests.ask,
    requireSameFiles: () => requireSameFiles(path, opened),
    async close() {
      try {
        // It may end before its answer arrives, which is as good.
        await Promise.race([exited.promise, requests.ask({ kind: 'close' })]);
      } catch (error) {
        giveUp();
        throw error;
      }
      await exited.promise;
    },
  };
}

/**
 * Reads through the database on a thread of its own.
 *
 * @param signal gives it up
 * @throws StoreFailure `corrupt` when it is broken, `closed` when it was given up
 */
export async function verifySqlite(options: ThreadOptions, signal: AbortSignal): Promise<void> {
  const { path, lockTimeout, watchInterval, startWorker = startSqliteWorker } = options;
  const worker = startWorker({ path, lockTimeout, watchInterval, isReadOnly: true, verifyOnly: true });
  const verdict = Promise.withResolvers<void>();
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'refused') verdict.reject(toStoreFailure(message.error, path));
    else verdict.resolve();
  });
  worker.on('error', (error) => verdict.reject(threadFailure(error)));
  worker.on('exit', () => verdict.reject(closedFailure()));
  signal.addEventListener('abort', () => verdict.reject(closedFailure()));
  worker.unref();
  try {
    await verdict.promise;
  } finally {
    await worker.terminate();
  }
}

/** @throws StoreFailure when the system has no thread left to give */
export function startSqliteWorker(options: WorkerOptions): Worker {
  try {
    return new Worker(siblingModule('worker', import.meta.url), {
      workerData: options,
      name: 'sqlite',
      // The gateway's heap limits are not this thread's: it holds one answer at a time.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
  } catch (error) {
    throw threadFailure(error);
  }
}
