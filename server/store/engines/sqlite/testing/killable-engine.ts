import type { Worker } from 'node:worker_threads';
import { afterEach } from 'vitest';
import { migrate } from '../../../migrate.ts';
import { migrations } from '../../../migrations/index.ts';
import type { StoreFailure } from '../../../store-failure.ts';
import { provideFolder, type TestFolder } from '../../../testing/folder.ts';
import type { Engine } from '../../engine.ts';
import { openSqlite, type SqliteOptions } from '../open-sqlite.ts';
import { startSqliteWorker } from '../thread.ts';

/** An engine whose threads a test can kill. */
export interface KillableEngine {
  readonly engine: Engine;
  readonly db: Engine['db'];
  /** All workers that were started. */
  readonly workers: readonly Worker[];
  /** The failures that were reported. */
  readonly troubles: readonly StoreFailure[];
  /** The most recently started worker. */
  thread(): Worker;
  /** Kills the current worker. */
  kill(): Promise<unknown>;
}

export interface KillableEngines {
  readonly folder: TestFolder;
  path(): string;
  /** Opens the test's database, without delays between restarts of its thread, and closes it after the test. */
  open(options?: Partial<SqliteOptions>): Promise<KillableEngine>;
}

/** Call once at the top of a test file. */
export function provideKillableEngines(): KillableEngines {
  const folder = provideFolder();
  const engines: Engine[] = [];
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
  });
  const path = () => folder.file('database.db');
  return {
    folder,
    path,
    async open(options) {
      const workers: Worker[] = [];
      const troubles: StoreFailure[] = [];
      const engine = await openSqlite({
        path: path(),
        watchInterval: 10,
        pause: async () => undefined,
        onTrouble: (failure) => troubles.push(failure),
        startWorker(workerOptions) {
          const worker = startSqliteWorker(workerOptions);
          workers.push(worker);
          return worker;
        },
        ...options,
      });
      engines.push(engine);
      await migrate(engine, migrations, 0);
      const thread = () => {
        const worker = workers.at(-1);
        if (worker === undefined) throw new Error('No thread was started.');
        return worker;
      };
      return { engine, db: engine.db, workers, troubles, thread, kill: () => thread().terminate() };
    },
  };
}
