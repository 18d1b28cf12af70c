import { copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { StoreFailure } from '../../store-failure.ts';
import { insertName, readNames } from '../../testing/names.ts';
import type { SqliteOptions } from './open-sqlite.ts';
import { provideKillableEngines } from './testing/killable-engine.ts';
import { startSqliteWorker } from './thread.ts';

const { folder, path, open } = provideKillableEngines();

/** Lets a start proceed until it waits for a delay. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await stat(folder.path());
}

describe('a thread that cannot be restarted', () => {
  const damages: readonly [string, string, () => void][] = [
    ['garbage', 'corrupt', () => writeFileSync(path(), 'This is not a database. '.repeat(100))],
    ['emptied', 'not-writable', () => truncateSync(path())],
    ['away', 'not-writable', () => rmSync(path())],
  ];
  it.each(damages)(
    'fails calls with its own failure while the file is %s, until it is back',
    async (_, kind, damage) => {
      const damaged = Promise.withResolvers<void>();
      const { engine, db, kill, troubles } = await open({ pause: () => damaged.promise });
      await insertName(db, 'kept');
      const backup = folder.file('backup.db');
      const changed = Promise.withResolvers<void>();
      engine.watchChanges(changed.resolve);
      await kill();
      copyFileSync(path(), backup);
      damage();
      damaged.resolve();
      const failure: unknown = await readNames(db).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StoreFailure);
      expect(failure).toMatchObject({ kind, message: expect.stringMatching(/^\/.*database\.db is .*backup\.$/) });
      await expect(insertName(db, 'lost')).rejects.toMatchObject({ kind });
      expect(troubles.map((trouble) => trouble.kind)).toEqual(['interrupted', kind]);
      renameSync(backup, path());
      await insertName(db, 'after');
      expect(await readNames(db)).toEqual(['after', 'kept']);
      await changed.promise;
      expect(troubles).toHaveLength(2);
    },
  );
});

describe('restarts', () => {
  /** Delays that end when the test says so. */
  function holdPauses() {
    const pauses: { readonly milliseconds: number; readonly end: () => void }[] = [];
    const pause: SqliteOptions['pause'] = (milliseconds, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => reject(signal.reason));
      pauses.push({ milliseconds, end: resolve });
      return promise;
    };
    return { pauses, pause };
  }

  it('are a second apart, and calls wait for them', async () => {
    const { pauses, pause } = holdPauses();
    const { db, workers, kill } = await open({ pause });
    for (const round of [1, 2, 3]) {
      await kill();
      const waiting = [insertName(db, `${round}`), readNames(db)];
      await settle();
      expect(workers).toHaveLength(round);
      expect(pauses).toHaveLength(round);
      pauses.at(-1)?.end();
      await Promise.all(waiting);
      expect(workers).toHaveLength(round + 1);
    }
    expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual([1000, 1000, 1000, 1000]);
  });

  it('are a second apart if they fail', async () => {
    const { pauses, pause } = holdPauses();
    const { db, workers, kill } = await open({ pause });
    await kill();
    writeFileSync(path(), 'This is not a database. '.repeat(100));
    pauses.at(-1)?.end();
    await expect(readNames(db)).rejects.toMatchObject({ kind: 'corrupt' });
    const next = readNames(db);
    await settle();
    expect(workers).toHaveLength(2);
    pauses.at(-1)?.end();
    await expect(next).rejects.toMatchObject({ kind: 'corrupt' });
    expect(workers).toHaveLength(3);
  });

  it('stop when the database is closed during the delay', async () => {
    const { pause } = holdPauses();
    const { engine, db, workers, troubles, kill } = await open({ pause });
    await kill();
    const waiting = expect(readNames(db)).rejects.toMatchObject({ kind: 'closed' });
    await settle();
    await engine.close();
    await waiting;
    await expect(readNames(db)).rejects.toMatchObject({ kind: 'closed' });
    expect(workers).toHaveLength(1);
    expect(troubles).toHaveLength(1);
  });

  it('stop when the database is closed during a start', async () => {
    const second = Promise.withResolvers<Worker>();
    const started: Worker[] = [];
    const { engine, db, troubles } = await open({
      startWorker(workerOptions) {
        const worker = startSqliteWorker(workerOptions);
        if (started.push(worker) === 2) second.resolve(worker);
        return worker;
      },
    });
    await started[0]?.terminate();
    const waiting = expect(readNames(db)).rejects.toMatchObject({ kind: 'closed' });
    const exited = vi.fn();
    (await second.promise).once('exit', exited);
    await engine.close();
    await waiting;
    expect(exited).toHaveBeenCalledOnce();
    expect(started).toHaveLength(2);
    expect(troubles).toHaveLength(1);
  });

  it('do not happen if the thread ends after close', async () => {
    const { engine, workers, troubles, kill } = await open();
    const ended = kill();
    await engine.close();
    await ended;
    await settle();
    expect(workers).toHaveLength(1);
    expect(troubles).toEqual([]);
  });
});
