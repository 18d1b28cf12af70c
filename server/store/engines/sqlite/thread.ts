import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../../lib/sibling-module.ts';
import type { StoreFailure } from '../../store-failure.ts';
import { closedFailure, threadFailure, toStoreFailure } from './failure.ts';
import { identifyFiles, requireSameFiles } from './file-identity.ts';
import type { WorkerMessage, WorkerOptions } from './protocol.ts';
import { createRequests, type Requests } from './requests.ts';

/** One run of the database thread. It does not keep the process alive by itself. */
export interface SqliteThread {
  readonly ask: Requests['ask'];
  /** @throws StoreFailure if the open files are no longer those in the folder, or the database is corrupt */
  requireSameFiles(): Promise<void>;
  /** Ends the thread after it has answered all pending requests. */
  close(): Promise<void>;
}

export type StartWorker = (options: WorkerOptions) => Worker;

export interface ThreadOptions extends WorkerOptions {
  readonly startWorker?: StartWorker;
}

export interface ThreadListener {
  /** Called when another connection has committed. */
  onChange(): void;
  /** Called when a ready thread has ended without `close`. Pending requests are rejected afterwards. */
  onEnd(failure: StoreFailure): void;
}

/**
 * @param closing aborts the start when the database is being closed
 * @returns once the database is open
 * @throws StoreFailure if it cannot be opened; then the thread has ended
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

  // Must come after `worker.on('message')`, because adding that listener keeps the process alive.
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
        // The thread may exit before its answer arrives, which is fine.
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
 * Checks the whole database on a separate thread.
 *
 * @param signal aborts the check
 * @throws StoreFailure `corrupt` if it is corrupt, `closed` if the check was aborted
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

/** @throws StoreFailure if the operating system cannot start another thread */
export function startSqliteWorker(options: WorkerOptions): Worker {
  try {
    return new Worker(siblingModule('worker', import.meta.url), {
      workerData: options,
      name: 'sqlite',
      // This thread does not need the gateway's heap limits: it holds one result at a time.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
  } catch (error) {
    throw threadFailure(error);
  }
}
