import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { packRecords } from '../../../ledger/packed-record.ts';
import { sampleRecord } from '../../../ledger/testing/sample-record.ts';
import { readRecord } from '../../../lib/json.ts';
import { migrate } from '../../migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { StoreFailure } from '../../store-failure.ts';
import { provideFolder } from '../../testing/folder.ts';
import type { Engine } from '../engine.ts';
import { openSqlite } from './open-sqlite.ts';

const folder = provideFolder();
const engines: Engine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

async function open(lockTimeout = 2000): Promise<Engine> {
  const engine = await openSqlite({ path: folder.file('database.db'), lockTimeout, watchInterval: 10 });
  engines.push(engine);
  await migrate(engine, migrations, 0);
  return engine;
}

const names = async ({ db }: Engine) =>
  (await db.selectFrom('meta').select('name').orderBy('name').execute()).map(({ name }) => name);
const recordIds = async ({ db }: Engine) =>
  (await db.selectFrom('usage_requests').select('id').orderBy('id').execute()).map(({ id }) => id);
const insert = (db: Engine['db'], name: string) => db.insertInto('meta').values({ name, value: '' }).execute();
const execute = (engine: Engine, text: string) => sql.raw(text).execute(engine.db);
const pageCount = (row: unknown) => Number(readRecord(row).page_count);

describe('the SQLite dialect', () => {
  it('rolls back a transaction that throws, and rethrows the error', async () => {
    const engine = await open();
    const failing = engine.db.transaction().execute(async (transaction) => {
      await insert(transaction, 'a');
      throw new Error('mine');
    });
    await expect(failing).rejects.toThrow('mine');
    expect(await names(engine)).toEqual([]);
    await insert(engine.db, 'b');
    expect(await names(engine)).toEqual(['b']);
  });

  it('lets others read committed data during a transaction, and keeps their writes out of it', async () => {
    const engine = await open();
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const transaction = engine.db.transaction().execute(async (inner) => {
      await insert(inner, 'inner');
      expect(await inner.selectFrom('meta').selectAll().execute()).toHaveLength(1);
      inside.resolve();
      await gate;
      throw new Error('undo');
    });
    await inside.promise;
    const outer = insert(engine.db, 'outer');
    const appended = engine.appendUsage(packRecords([sampleRecord()]), 0);
    expect(await names(engine)).toEqual([]);
    openGate();
    await expect(transaction).rejects.toThrow('undo');
    await Promise.all([outer, appended]);
    expect(await names(engine)).toEqual(['outer']);
    expect(await recordIds(engine)).toEqual(['r1']);
  });

  it('does not use numbers of names that were rolled back', async () => {
    const engine = await open();
    await engine.appendUsage(packRecords([sampleRecord({ id: 'a' })]), 0);
    const other = { keyId: 'k2', keyName: 'Key 2' };
    const failing = engine.appendUsage(
      packRecords([sampleRecord({ id: 'b', ...other }), sampleRecord({ id: 'a' })]),
      0,
    );
    await expect(failing).rejects.toMatchObject({ kind: 'constraint' });
    expect(await recordIds(engine)).toEqual(['a']);
    await engine.appendUsage(packRecords([sampleRecord({ id: 'c', ...other })]), 0);
    const keys = engine.db.selectFrom('usage_requests').innerJoin('usage_names', 'ref', 'key_ref').select('label');
    expect(await keys.where('id', '=', 'c').execute()).toEqual([{ label: 'Key 2' }]);
  });

  it('fails a write with "full" if no space is left, keeps its data, and recovers', async () => {
    const engine = await open();
    await insert(engine.db, 'kept');
    const { rows } = await execute(engine, 'pragma page_count');
    await execute(engine, `pragma max_page_count = ${pageCount(rows[0]) + 2}`);
    const big = 'x'.repeat(100_000);
    const record = sampleRecord({ content: { request: big, response: '' } });
    await expect(engine.appendUsage(packRecords([record]), 0)).rejects.toMatchObject({ kind: 'full' });
    const transaction = engine.db.transaction().execute((inner) => insert(inner, big));
    await expect(transaction).rejects.toMatchObject({ kind: 'full' });
    expect(await names(engine)).toEqual(['kept']);
    await execute(engine, 'pragma max_page_count = 1000000');
    await insert(engine.db, 'after');
    await engine.appendUsage(packRecords([record]), 0);
    expect(await names(engine)).toEqual(['after', 'kept']);
    expect(await recordIds(engine)).toEqual(['r1']);
  });

  it('waits for the lock of another program without blocking reads', async () => {
    const engine = await open();
    const other = new DatabaseSync(folder.file('database.db'));
    other.exec('begin exclusive');
    const writes = Promise.all([
      insert(engine.db, 'a'),
      engine.db.transaction().execute((inner) => insert(inner, 'b')),
      engine.appendUsage(packRecords([sampleRecord()]), 0),
    ]);
    for (let round = 0; round < 20; round += 1) expect(await names(engine)).toEqual([]);
    other.exec('rollback');
    other.close();
    await writes;
    expect(await names(engine)).toEqual(['a', 'b']);
    expect(await recordIds(engine)).toEqual(['r1']);
  });

  it('stops waiting for a lock after a timeout', async () => {
    const engine = await open(100);
    const other = new DatabaseSync(folder.file('database.db'));
    other.exec('begin exclusive');
    await expect(insert(engine.db, 'a')).rejects.toThrow(StoreFailure);
    await expect(engine.db.transaction().execute((inner) => insert(inner, 'b'))).rejects.toMatchObject({
      kind: 'locked',
    });
    other.close();
    await insert(engine.db, 'c');
    expect(await names(engine)).toEqual(['c']);
  });

  it('reports commits of other connections, but not its own', async () => {
    const engine = await open();
    const other = await open();
    let changes = 0;
    const changed = Promise.withResolvers<void>();
    const stop = engine.watchChanges(() => {
      changes += 1;
      changed.resolve();
    });
    await insert(engine.db, 'own');
    await once(AbortSignal.timeout(60), 'abort');
    expect(changes).toBe(0);
    await insert(other.db, 'theirs');
    await changed.promise;
    stop();
    const seen = changes;
    await insert(other.db, 'more');
    await once(AbortSignal.timeout(60), 'abort');
    expect(changes).toBe(seen);
  });

  it('binds every supported type and rejects others', async () => {
    const engine = await open();
    const { rows } = await execute(engine, "select 1 as one, null as none, 'é' as text, 0.5 as half");
    expect(rows).toEqual([{ one: 1, none: null, text: 'é', half: 0.5 }]);
    const broken = engine.db.insertInto('meta').values({ name: 'a', value: Object('boxed') });
    await expect(broken.execute()).rejects.toThrow(TypeError);
  });
});
