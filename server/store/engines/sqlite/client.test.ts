import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { packRecords } from '../../../ledger/packed-record.ts';
import { sampleRecord } from '../../../ledger/testing/sample-record.ts';
import { insertName, readNames } from '../../testing/names.ts';
import { provideKillableEngines } from './testing/killable-engine.ts';

const { folder, path, open } = provideKillableEngines();
const interrupted = { kind: 'interrupted' };

describe('the end of the database thread', () => {
  it('fails pending calls with one line, and starts a new thread for the next ones', async () => {
    const { db, workers, troubles, kill } = await open();
    await insertName(db, 'before');
    const ended = kill();
    const [pending, next, ...reads] = [
      insertName(db, 'pending'),
      insertName(db, 'after'),
      readNames(db),
      readNames(db),
    ];
    for (const call of [pending, ...reads]) await expect(call).rejects.toMatchObject(interrupted);
    await ended;
    // It gets its turn after the close.
    await next;
    expect(await readNames(db)).toEqual(['after', 'before']);
    expect(workers).toHaveLength(2);
    expect(troubles).toEqual([expect.objectContaining(interrupted)]);
    expect(troubles[0]?.message).toMatch(/^The database's thread ended unexpectedly: exit code 1\.$/);
  });

  it('is reported with its cause', async () => {
    const { db, troubles, thread } = await open();
    const exited = new Promise((resolve) => thread().once('exit', resolve));
    // This is not a valid request, so the thread cannot respond to it.
    thread().postMessage(null);
    await exited;
    expect(troubles[0]?.message).toMatch(/^The database's thread ended unexpectedly: Cannot read .*null.*\.$/);
    expect(await readNames(db)).toEqual([]);
  });

  it('can happen any number of times', async () => {
    const { db, troubles, kill } = await open();
    for (const name of ['a', 'b', 'c', 'd']) {
      await insertName(db, name);
      await kill();
    }
    expect(await readNames(db)).toEqual(['a', 'b', 'c', 'd']);
    expect(troubles).toHaveLength(4);
  });
});

describe('a transaction whose thread ends', () => {
  it.each(['a statement', 'the commit'])('fails at %s, leaves nothing and lets other writers go on', async (point) => {
    const { engine, db, kill } = await open();
    const transaction = db.transaction().execute(async (inner) => {
      await insertName(inner, 'first');
      await kill();
      expect(await readNames(db)).toEqual([]);
      if (point === 'a statement') await insertName(inner, 'second');
    });
    const waiting = [insertName(db, 'other'), engine.appendUsage(packRecords([sampleRecord()]), 0)];
    await expect(transaction).rejects.toMatchObject(interrupted);
    await Promise.all(waiting);
    expect(await readNames(db)).toEqual(['other']);
    await db.transaction().execute((inner) => insertName(inner, 'next'));
    expect(await readNames(db)).toEqual(['next', 'other']);
  });

  it('stays failed, even if the first failure is ignored', async () => {
    const { db, kill } = await open();
    const inner = await db.startTransaction().execute();
    await insertName(inner, 'first');
    await kill();
    expect(await readNames(db)).toEqual([]);
    await expect(insertName(inner, 'second')).rejects.toMatchObject(interrupted);
    await expect(readNames(inner)).rejects.toMatchObject(interrupted);
    await expect(inner.commit().execute()).rejects.toMatchObject(interrupted);
    await inner.rollback().execute();
    expect(await readNames(db)).toEqual([]);
  });

  it('can be rolled back without an error', async () => {
    const { db, kill } = await open();
    const inner = await db.startTransaction().execute();
    await insertName(inner, 'first');
    await kill();
    await inner.rollback().execute();
    await insertName(db, 'other');
    expect(await readNames(db)).toEqual(['other']);
  });

  it('releases the writer if the thread ends during begin', async () => {
    const { db, kill } = await open();
    const ended = kill();
    const transaction = db.transaction().execute((inner) => insertName(inner, 'a'));
    await expect(transaction).rejects.toMatchObject(interrupted);
    await ended;
    await insertName(db, 'b');
    expect(await readNames(db)).toEqual(['b']);
  });

  it('holds no lock against other programs', async () => {
    const { db, kill } = await open();
    const inner = await db.startTransaction().execute();
    await insertName(inner, 'first');
    await kill();
    const other = new DatabaseSync(path());
    other.exec("insert into meta values ('theirs', '')");
    other.close();
    await inner.rollback().execute();
    expect(await readNames(db)).toEqual(['theirs']);
  });
});

describe('watching changes when the thread ends', () => {
  it('reports the new thread without a call, and later changes', async () => {
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
    expect(await readNames(engine.db)).toEqual([]);
    expect(seen).toHaveLength(1);
    isTold = Promise.withResolvers();
    await insertName(other, 'theirs');
    await isTold.promise;
  });
});

describe('checkForChanges', () => {
  it('resolves after the watchers were called for commits of other connections', async () => {
    // Its own checks are an hour apart.
    const { engine } = await open({ watchInterval: 3_600_000 });
    const { db: other } = await open();
    await engine.checkForChanges();
    let seen = 0;
    engine.watchChanges(() => {
      seen += 1;
    });
    await insertName(other, 'theirs');
    expect(seen).toBe(0);
    await engine.checkForChanges();
    expect(seen).toBe(1);
    await engine.checkForChanges();
    expect(seen).toBe(1);
    await insertName(engine.db, 'own');
    await engine.checkForChanges();
    expect(seen).toBe(1);
  });
});

describe('the process', () => {
  /** Runs a script that has a database and its `worker`. @returns how the process ended */
  async function runInProcess(script: string) {
    const moduleUrl = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const start = `
      const { openSqlite } = await import(${moduleUrl('./open-sqlite.ts')});
      const { startSqliteWorker } = await import(${moduleUrl('./thread.ts')});
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
    const parameters = ['--disable-warning=ExperimentalWarning', file, path()];
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 15_000 });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code] = await once(child, 'close');
    return { code, output: Buffer.concat(chunks).toString().trim() };
  }

  it('may exit while the database is idle, before and after a new thread', async () => {
    expect(await runInProcess('watchChanges(() => undefined); await answer();')).toEqual({
      code: 0,
      output: 'answered',
    });
    const killed = await runInProcess('await worker.terminate(); await answer();');
    expect(killed).toEqual({ code: 0, output: 'answered' });
  });

  it('stays alive for calls that wait for a new thread, but not for the thread itself', async () => {
    expect(await runInProcess('await worker.terminate(); answer();')).toEqual({ code: 0, output: 'answered' });
    expect(await runInProcess('await worker.terminate(); process.on("exit", () => console.log("exit"));')).toEqual({
      code: 0,
      output: 'exit',
    });
  });
});
