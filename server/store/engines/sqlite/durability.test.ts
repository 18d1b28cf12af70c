import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { createLedger } from '../../../ledger/ledger.ts';
import { packRecords } from '../../../ledger/packed-record.ts';
import { createRecorder } from '../../../ledger/recorder.ts';
import { sampleRecord } from '../../../ledger/testing/sample-record.ts';
import { migrate } from '../../migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { StoreFailure } from '../../store-failure.ts';
import { provideSqlite } from '../../testing/harness.ts';
import { createUsageTable } from '../../usage-table.ts';
import { openSqlite } from './open-sqlite.ts';
import { provideKillableEngines } from './testing/killable-engine.ts';

const sqlite = provideSqlite();
const killable = provideKillableEngines();
const databasePath = () => join(sqlite.folder(), 'database.db');

/** How much may be lost, and how much a busy machine may add; milliseconds. */
const lossLimit = 100;
const tolerance = 2900;

describe('the ledger under kill -9', () => {
  it('loses at most the last moment, and is consistent', async () => {
    const program = new URL('../../testing/record-forever.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [program, sqlite.folder()], { stdio: ['ignore', 'pipe', 'inherit'] });
    const printed: { id: string; time: number }[] = [];
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      const [id = '', time] = line.split(' ');
      printed.push({ id, time: Number(time) });
      if (printed.length === 400) child.kill('SIGKILL');
    });
    await Promise.all([once(child, 'close'), once(lines, 'close')]);

    const store = await sqlite.open();
    const stored = await store.usage.scan({ from: 0, to: Number.MAX_SAFE_INTEGER, filter: {}, limit: 10_000 });
    const ids = stored.map(({ id }) => id).toReversed();
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).toEqual(printed.slice(0, ids.length).map(({ id }) => id));
    const firstMissing = printed[ids.length];
    const last = printed.at(-1);
    if (firstMissing !== undefined && last !== undefined) {
      expect(last.time - firstMissing.time).toBeLessThan(lossLimit + tolerance);
    }
    expect((await createLedger(store.usage).last24Hours()).requests).toBe(ids.length);
    await store.close();
    const database = new DatabaseSync(databasePath());
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  });
});

const retryDelay = { first: 10, longest: 20 };

describe('the ledger when the database fails', () => {
  it('keeps records while another program locks the database, and writes them afterwards', async () => {
    const store = await sqlite.open({ sqlite: { lockTimeout: 50 } });
    const onTrouble = vi.fn();
    const recorder = createRecorder({ store: store.usage, delay: 1, retryDelay, onTrouble });
    const other = new DatabaseSync(databasePath());
    other.exec('begin exclusive');
    for (let index = 0; index < 100; index += 1) recorder.record(sampleRecord({ id: `r${index}` }));
    await vi.waitUntil(() => onTrouble.mock.calls.length > 0, { timeout: 5000 });
    expect(onTrouble.mock.calls[0]?.[0]).toMatchObject({ kind: 'locked' });
    expect(recorder.status()).toMatchObject({ pending: 100, dropped: 0 });
    // The console still responds.
    expect(await createLedger(store.usage).hasRecords()).toBe(false);
    other.exec('rollback');
    other.close();
    await recorder.close();
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 0 });
    expect(await store.usage.get('r99')).toBeDefined();
  });

  it('keeps records while the disk is full, and writes them when there is space', async () => {
    const engine = await openSqlite({ path: databasePath() });
    await migrate(engine, migrations, 0);
    const usage = createUsageTable(engine, () => 2_000_000);
    const onTrouble = vi.fn();
    const recorder = createRecorder({ store: usage, delay: 1, retryDelay, onTrouble, capacity: 50 });
    await usage.append(packRecords([sampleRecord({ id: 'before' })]));
    // SQLite does not set a limit below the current size, so the disk is full from now on.
    await sql`pragma max_page_count = 1`.execute(engine.db);
    const content = { request: 'x'.repeat(20_000), response: '' };
    for (let index = 0; index < 60; index += 1) recorder.record(sampleRecord({ id: `r${index}`, content }));
    await vi.waitUntil(() => onTrouble.mock.calls.length > 0, { timeout: 5000 });
    expect(onTrouble.mock.calls[0]?.[0]).toMatchObject({ kind: 'full' });
    expect(recorder.status()).toMatchObject({ pending: 50, dropped: 10 });
    const ledger = createLedger(usage, () => 2_000_000);
    expect((await ledger.lastHour()).requests).toBe(1);
    await sql`pragma max_page_count = 1000000`.execute(engine.db);
    await recorder.close();
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 10 });
    expect((await ledger.lastHour()).requests).toBe(51);
    await engine.close();
  });
});

describe('the ledger when the database thread ends', () => {
  it('finally contains every record exactly once', async () => {
    const { engine, kill } = await killable.open();
    const usage = createUsageTable(engine, () => 2_000_000);
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
    await expect(failing).rejects.toMatchObject({ kind: 'interrupted' });
    await ended;
    record(50);
    await recorder.close();
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 0 });
    expect(onTrouble).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: 'interrupted' }));
    const stored = await usage.scan({ from: 0, to: Number.MAX_SAFE_INTEGER, filter: {}, limit: 1000 });
    expect(new Set(stored.map(({ id }) => id)).size).toBe(200);
    expect((await createLedger(usage, () => 2_000_000).lastHour()).requests).toBe(200);
  });

  it('counts nothing twice if the thread ended after its commit but before its response', async () => {
    const { engine, kill } = await killable.open();
    const usage = createUsageTable(engine, () => 2_000_000);
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
    expect((await createLedger(usage, () => 2_000_000).lastHour()).requests).toBe(21);
  });
});
