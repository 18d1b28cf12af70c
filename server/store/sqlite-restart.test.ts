import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLedger } from '../ledger/ledger.ts';
import { createRecorder } from '../ledger/recorder.ts';
import { packAll, sampleRecord } from '../ledger/testing/sample-record.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { type Engine, openSqlite, type SqliteOptions } from './open-sqlite.ts';
import { startSqliteWorker } from './sqlite-thread.ts';
import { StoreFailure } from './store-failure.ts';
import { provideFolder } from './testing/folder.ts';
import { createUsageTable } from './usage-table.ts';

const folder = provideFolder();
const databasePath = () => folder.file('database.db');
const engines: Engine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

/** An engine without pauses, and its threads. */
async function open(options: Partial<SqliteOptions> = {}) {
  const workers: Worker[] = [];
  const troubles: StoreFailure[] = [];
  const engine = await openSqlite({
    path: databasePath(),
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
  await migrate(engine.db, migrations, 0);
  const thread = () => {
    const worker = workers.at(-1);
    if (worker === undefined) throw new Error('No thread was started.');
    return worker;
  };
  return { engine, db: engine.db, workers, troubles, thread, kill: () => thread().terminate() };
}

type Database = Engine['db'];
const names = async (db: Database) =>
  (await db.selectFrom('meta').select('name').orderBy('name').execute()).map(({ name }) => name);
const insert = (db: Database, name: string) => db.insertInto('meta').values({ name, value: '' }).execute();
/** Lets everything run that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const interrupted = { kind: 'interrupted' };

describe("the end of the database's thread", () => {
  it('fails what is pending, in one line, and the next calls go to a new thread', async () => {
    const { db, workers, troubles, kill } = await open();
    await insert(db, 'before');
    const ended = kill();
    const [pending, next, ...reads] = [insert(db, 'pending'), insert(db, 'after'), names(db), names(db)];
    for (const call of [pending, ...reads]) await expect(call).rejects.toMatchObject(interrupted);
    await ended;
    // It came to its turn after the end.
    await next;
    expect(await names(db)).toEqual(['after', 'before']);
    expect(workers).toHaveLength(2);
    expect(troubles).toEqual([expect.objectContaining(interrupted)]);
    expect(troubles[0]?.message).toMatch(/^The database's thread ended unexpectedly: exit code 1\.$/);
  });

  it('is told with the error that caused it', async () => {
    const { db, troubles, thread } = await open();
    const exited = new Promise((resolve) => thread().once('exit', resolve));
    // No request at all: the thread has nobody to tell.
    thread().postMessage(null);
    await exited;
    expect(troubles[0]?.message).toMatch(/^The database's thread ended unexpectedly: Cannot read .*null.*\.$/);
    expect(await names(db)).toEqual([]);
  });

  it('is survived as often as it comes', async () => {
    const { db, troubles, kill } = await open();
    for (const name of ['a', 'b', 'c', 'd']) {
      await insert(db, name);
      await kill();
    }
    expect(await names(db)).toEqual(['a', 'b', 'c', 'd']);
    expect(troubles).toHaveLength(4);
  });
});

describe('a transaction whose thread ends', () => {
  it.each(['a statement', 'the commit'])('fails at %s, leaves nothing and lets other writers go on', async (point) => {
    const { engine, db, kill } = await open();
    const transaction = db.transaction().execute(async (inner) => {
      await insert(inner, 'first');
      await kill();
      expect(await names(db)).toEqual([]);
      if (point === 'a statement') await insert(inner, 'second');
    });
    const waiting = [insert(db, 'other'), engine.appendUsage(packAll([sampleRecord()]), 0)];
    await expect(transaction).rejects.toMatchObject(interrupted);
    await Promise.all(waiting);
    expect(await names(db)).toEqual(['other']);
    await db.transaction().execute((inner) => insert(inner, 'next'));
    expect(await names(db)).toEqual(['next', 'other']);
  });

  it('stays refused, also for whoever overlooks the first failure', async () => {
    const { db, kill } = await open();
    const inner = await db.startTransaction().execute();
    await insert(inner, 'first');
    await kill();
    expect(await names(db)).toEqual([]);
    await expect(insert(inner, 'second')).rejects.toMatchObject(interrupted);
    await expect(names(inner)).rejects.toMatchObject(interrupted);
    await expect(inner.commit().execute()).rejects.toMatchObject(interrupted);
    await inner.rollback().execute();
    expect(await names(db)).toEqual([]);
  });

  it('is rolled back quietly', async () => {
    const { db, kill } = await open();
    const inner = await db.startTransaction().execute();
    await insert(inner, 'first');
    await kill();
    await inner.rollback().execute();
    await insert(db, 'other');
    expect(await names(db)).toEqual(['other']);
  });

  it('frees the writer when the thread ends as it begins', async () => {
    const { db, kill } = await open();
    const ended = kill();
    const transaction = db.transaction().execute((inner) => insert(inner, 'a'));
    await expect(transaction).rejects.toMatchObject(interrupted);
    await ended;
    await insert(db, 'b');
    expect(await names(db)).toEqual(['b']);
  });

  it('holds no lock against other programs', async () => {
    const { db, kill } = await open();
    const inner = await db.startTransaction().execute();
    await insert(inner, 'first');
    await kill();
    const other = new DatabaseSync(databasePath());
    other.exec("insert into meta values ('theirs', '')");
    other.close();
    await inner.rollback().execute();
    expect(await names(db)).toEqual(['theirs']);
  });
});

describe('watching, across the end of the thread', () => {
  it('is told once of the new thread, without a call being made, and then of changes', async () => {
    const { engine, kill } = await open();
    const { db: other } = await open();
    const seen: string[] = [];
    let isTold = Promise.withResolvers<void>();
    engine.watchChanges(() => {
      seen.push('change');
      isTold.resolve();
    });
    await kill();
    await isTold.promise;
    expect(await names(engine.db)).toEqual([]);
    expect(seen).toHaveLength(1);
    isTold = Promise.withResolvers();
    await insert(other, 'theirs');
    await isTold.promise;
  });
});

describe('a thread that cannot be started anew', () => {
  const damages: readonly [string, string, () => void][] = [
    ['garbage', 'corrupt', () => writeFileSync(databasePath(), 'This is not a database. '.repeat(100))],
    ['emptied', 'not-writable', () => truncateSync(databasePath())],
    ['away', 'not-writable', () => rmSync(databasePath())],
  ];
  it.each(damages)(
    'fails calls with its own failure while the file is %s, until it is back',
    async (_, kind, damage) => {
      const damaged = Promise.withResolvers<void>();
      const { engine, db, kill, troubles } = await open({ pause: () => damaged.promise });
      await insert(db, 'kept');
      const backup = folder.file('backup.db');
      const changed = Promise.withResolvers<void>();
      engine.watchChanges(changed.resolve);
      await kill();
      copyFileSync(databasePath(), backup);
      damage();
      damaged.resolve();
      const failure: unknown = await names(db).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StoreFailure);
      expect(failure).toMatchObject({ kind, message: expect.stringMatching(/^\/.*database\.db is .*backup\.$/) });
      await expect(insert(db, 'lost')).rejects.toMatchObject({ kind });
      expect(troubles.map((trouble) => trouble.kind)).toEqual(['interrupted', kind]);
      renameSync(backup, databasePath());
      await insert(db, 'after');
      expect(await names(db)).toEqual(['after', 'kept']);
      await changed.promise;
      expect(troubles).toHaveLength(2);
    },
  );
});

describe('the starts of threads', () => {
  /** Pauses that end when the test says so. */
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

  it('are a second apart: calls wait', async () => {
    const { pauses, pause } = holdPauses();
    const { db, workers, kill } = await open({ pause });
    for (const round of [1, 2, 3]) {
      await kill();
      const waiting = [insert(db, `${round}`), names(db)];
      await settle();
      expect(workers).toHaveLength(round);
      expect(pauses).toHaveLength(round);
      pauses.at(-1)?.end();
      await Promise.all(waiting);
      expect(workers).toHaveLength(round + 1);
    }
    expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual([1000, 1000, 1000, 1000]);
  });

  it('are a second apart when they fail', async () => {
    const { pauses, pause } = holdPauses();
    const { db, workers, kill } = await open({ pause });
    await kill();
    writeFileSync(databasePath(), 'This is not a database. '.repeat(100));
    pauses.at(-1)?.end();
    await expect(names(db)).rejects.toMatchObject({ kind: 'corrupt' });
    const next = names(db);
    await settle();
    expect(workers).toHaveLength(2);
    pauses.at(-1)?.end();
    await expect(next).rejects.toMatchObject({ kind: 'corrupt' });
    expect(workers).toHaveLength(3);
  });

  it('end with close, during the pause before one', async () => {
    const { pause } = holdPauses();
    const { engine, db, workers, troubles, kill } = await open({ pause });
    await kill();
    const waiting = expect(names(db)).rejects.toMatchObject({ kind: 'closed' });
    await settle();
    await engine.close();
    await waiting;
    await expect(names(db)).rejects.toMatchObject({ kind: 'closed' });
    expect(workers).toHaveLength(1);
    expect(troubles).toHaveLength(1);
  });

  it('end with close, in the middle of one', async () => {
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
    const waiting = expect(names(db)).rejects.toMatchObject({ kind: 'closed' });
    const exited = vi.fn();
    (await second.promise).once('exit', exited);
    await engine.close();
    await waiting;
    expect(exited).toHaveBeenCalledOnce();
    expect(started).toHaveLength(2);
    expect(troubles).toHaveLength(1);
  });

  it('do not follow an end that close came before', async () => {
    const { engine, workers, troubles, kill } = await open();
    const ended = kill();
    await engine.close();
    await ended;
    await settle();
    expect(workers).toHaveLength(1);
    expect(troubles).toEqual([]);
  });
});

describe('the process', () => {
  /** Runs a script that has a database and its `worker`. @returns how it ended */
  async function run(script: string) {
    const moduleUrl = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const start = `
      const { openSqlite } = await import(${moduleUrl('./open-sqlite.ts')});
      const { startSqliteWorker } = await import(${moduleUrl('./sqlite-thread.ts')});
      let worker;
      const startWorker = (options) => (worker = startSqliteWorker(options));
      const { db, watchChanges } = await openSqlite({ path: process.argv[2], startWorker });
      const answer = async () => {
        const row = await db.selectNoFrom((select) => select.val('answered').as('text')).executeTakeFirst();
        console.log(row.text);
      };
    `;
    const file = folder.file('script.mjs');
    writeFileSync(file, start + script);
    const parameters = ['--disable-warning=ExperimentalWarning', file, databasePath()];
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 15_000 });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code] = await once(child, 'close');
    return { code, output: Buffer.concat(chunks).toString().trim() };
  }

  it('may exit while the database is idle, before and after a new thread', async () => {
    expect(await run('watchChanges(() => undefined); await answer();')).toEqual({ code: 0, output: 'answered' });
    const killed = await run('await worker.terminate(); await answer();');
    expect(killed).toEqual({ code: 0, output: 'answered' });
  });

  it('is kept by calls that wait for a new thread, not by the new thread itself', async () => {
    expect(await run('await worker.terminate(); answer();')).toEqual({ code: 0, output: 'answered' });
    expect(await run('await worker.terminate(); process.on("exit", () => console.log("exit"));')).toEqual({
      code: 0,
      output: 'exit',
    });
  });
});

describe('the ledger, when the thread ends', () => {
  const retryDelay = { first: 1, longest: 5 };
  const now = 2_000_000;

  it('has every record in the end, once', async () => {
    const { engine, kill } = await open();
    const usage = createUsageTable(engine, () => now);
    const onTrouble = vi.fn();
    const recorder = createRecorder({ store: usage, delay: 1, retryDelay, onTrouble });
    let count = 0;
    const record = (records: number) => {
      for (const end = count + records; count < end; count += 1) recorder.record(sampleRecord({ id: `r${count}` }));
    };
    record(50);
    await recorder.flush();
    record(50);
    const failing = recorder.flush();
    const ended = kill();
    record(50);
    await expect(failing).rejects.toMatchObject(interrupted);
    await ended;
    record(50);
    await recorder.close();
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 0 });
    expect(onTrouble).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(interrupted));
    const stored = await usage.scan({ from: 0, to: Number.MAX_SAFE_INTEGER, filter: {}, limit: 1000 });
    expect(new Set(stored.map(({ id }) => id)).size).toBe(200);
    expect((await createLedger(usage, () => now).lastHour()).requests).toBe(200);
  });

  it('counts nothing twice when the thread ended after its commit and before it could tell', async () => {
    const { engine, kill } = await open();
    const usage = createUsageTable(engine, () => now);
    let isLost = false;
    const append: typeof usage.append = async (records) => {
      await usage.append(records);
      if (isLost) return;
      isLost = true;
      await kill();
      throw new StoreFailure('interrupted', 'lost');
    };
    const recorder = createRecorder({ store: { append }, delay: 1, retryDelay });
    for (let index = 0; index < 20; index += 1) recorder.record(sampleRecord({ id: `r${index}` }));
    await expect(recorder.flush()).rejects.toThrow('lost');
    recorder.record(sampleRecord({ id: 'next' }));
    await recorder.close();
    expect(recorder.status().pending).toBe(0);
    expect((await createLedger(usage, () => now).lastHour()).requests).toBe(21);
  });
});
