import { once } from 'node:events';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSharedDatabase, hasPostgres } from '../../../../test/support/shared-services.ts';
import { createLedger } from '../../../ledger/ledger.ts';
import { packRecords } from '../../../ledger/packed-record.ts';
import { sampleRecord } from '../../../ledger/testing/sample-record.ts';
import { migrate } from '../../migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { openStore } from '../../open-store.ts';
import { StoreFailure } from '../../store-failure.ts';
import { insertName, readNames } from '../../testing/names.ts';
import { testKey } from '../../testing/test-key.ts';
import { createUsageTable } from '../../usage-table.ts';
import { openPostgres, type PostgresOptions } from './open-postgres.ts';

const clock = () => 2_000_000;

async function open(url: string, options: Partial<PostgresOptions> = {}) {
  const engine = await openPostgres({ url, ...options });
  onTestFinished(() => engine.close());
  await migrate(engine, migrations, 0);
  return engine;
}

describe.skipIf(!hasPostgres)('the PostgreSQL dialect', () => {
  it('rolls back a transaction that throws, and rethrows the error', async () => {
    const { db } = await open(await createSharedDatabase());
    const failing = db.transaction().execute(async (transaction) => {
      await insertName(transaction, 'a');
      throw new Error('mine');
    });
    await expect(failing).rejects.toThrow('mine');
    await insertName(db, 'b');
    expect(await readNames(db)).toEqual(['b']);
  });

  it('does not report a commit after an ignored failure has rolled back the transaction', async () => {
    const { db } = await open(await createSharedDatabase());
    const careless = db.transaction().execute(async (transaction) => {
      await insertName(transaction, 'a');
      await insertName(transaction, 'a').catch(() => undefined);
    });
    await expect(careless).rejects.toMatchObject({ kind: 'interrupted' });
    expect(await readNames(db)).toEqual([]);
  });

  it('lets others read committed data during a transaction, and keeps their writes out of it', async () => {
    const engine = await open(await createSharedDatabase(), { poolSize: 3 });
    const gate = Promise.withResolvers<void>();
    const transaction = engine.db.transaction().execute(async (inner) => {
      await insertName(inner, 'inner');
      await gate.promise;
      throw new Error('undo');
    });
    // More tasks than connections. A task that waits for the write lock must not hold a connection.
    const others = ['a', 'b', 'c', 'd', 'e'].map((name) => insertName(engine.db, name));
    await engine.appendUsage(packRecords([sampleRecord()]), 0);
    expect(await readNames(engine.db)).toEqual([]);
    gate.resolve();
    await expect(transaction).rejects.toThrow('undo');
    await Promise.all(others);
    expect(await readNames(engine.db)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('opens no more connections than the pool allows, however many queries run at once', async () => {
    const { db } = await open(await createSharedDatabase(), { poolSize: 3 });
    const connections = sql<number>`(select count(*)::int from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend')`;
    const query = db.selectNoFrom([connections.as('count'), sql`pg_sleep(0.02)`.as('slept')]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => query.executeTakeFirstOrThrow()));
    const most = Math.max(...answers.map(({ count }) => count));
    expect(most).toBeGreaterThan(1);
    // One more listens for changes.
    expect(most).toBeLessThanOrEqual(4);
  });

  it('compares texts bytewise, whatever the collation of the database', async () => {
    const { db } = await open(await createSharedDatabase());
    for (const name of ['b', 'B', 'a-c', 'ab', 'é']) await insertName(db, name);
    expect(await readNames(db)).toEqual(['B', 'a-c', 'ab', 'b', 'é']);
  });

  it('stores every character except NUL, which PostgreSQL does not support', async () => {
    const { engine, usage } = await openUsage();
    await insertName(engine.db, 'a\0b \\ " \' {} 你好 \ud800');
    expect(await readNames(engine.db)).toEqual(['a\uFFFDb \\ " \' {} 你好 \uFFFD']);
    const text = 'x\0y {"\\"} , NULL \ud800';
    const kept = 'x\uFFFDy {"\\"} , NULL \uFFFD';
    const content = { request: text, response: '' };
    const record = sampleRecord({ id: 'r', userAgent: text, keyName: text, failureMessage: text, content });
    await usage.append(packRecords([record]));
    expect(await usage.get('r')).toEqual({
      ...record,
      userAgent: kept,
      keyName: kept,
      failureMessage: kept,
      content: { request: kept, response: '' },
    });
  });

  it('reads numbers beyond 32 bits, and sums of them, as numbers', async () => {
    const { db } = await open(await createSharedDatabase());
    const { rows } = await sql`select 9007199254740991::bigint as big, sum(x) as sum
      from (values (4503599627370496::bigint), (3)) as given (x)`.execute(db);
    expect(rows).toEqual([{ big: 9007199254740991, sum: 4503599627370499 }]);
  });
});

async function openUsage(url?: string) {
  const engine = await open(url ?? (await createSharedDatabase()));
  return { engine, usage: createUsageTable(engine, clock) };
}

describe.skipIf(!hasPostgres)('the ledger of several gateways', () => {
  it('sums the records that all of them append concurrently', async () => {
    const url = await createSharedDatabase();
    const gateways = await Promise.all(Array.from({ length: 4 }, () => openUsage(url)));
    const batches = 25;
    await Promise.all(
      gateways.map(async ({ usage }, gateway) => {
        for (let batch = 0; batch < batches; batch += 1) {
          const records = Array.from({ length: 8 }, (_, index) => {
            // Every gateway uses the names in a different order.
            const turn = (index * (2 * gateway + 1) + batch) % 8;
            return sampleRecord({
              id: `${gateway}.${batch}.${index}`,
              keyId: `k${turn}`,
              keyName: `Key ${turn}`,
              credentialId: `c${7 - turn}`,
              credentialLabel: `Account ${7 - turn}`,
            });
          });
          await usage.append(packRecords(records));
        }
      }),
    );
    const [first] = gateways;
    const ledger = createLedger(first?.usage ?? expect.unreachable(), clock);
    expect((await ledger.lastHour()).requests).toBe(4 * batches * 8);
    const { groups } = await ledger.summarise({ from: 0, to: clock(), interval: 'day', by: 'key' });
    expect(groups.map(({ requests }) => requests)).toEqual(Array.from({ length: 8 }, () => 4 * batches));
  });

  it('does not use numbers of names that were rolled back', async () => {
    const { engine, usage } = await openUsage();
    await usage.append(packRecords([sampleRecord({ id: 'a' })]));
    const other = { keyId: 'k2', keyName: 'Key 2' };
    const failing = engine.appendUsage(
      packRecords([sampleRecord({ id: 'b', ...other }), sampleRecord({ id: 'a' })]),
      0,
    );
    await expect(failing).rejects.toMatchObject({ kind: 'constraint' });
    await usage.append(packRecords([sampleRecord({ id: 'c', ...other })]));
    expect(await usage.get('c')).toMatchObject({ keyName: 'Key 2' });
    expect(await usage.get('b')).toBeUndefined();
  });
});

describe.skipIf(!hasPostgres)('changes by one gateway', () => {
  it('are only announced for decisions of the admin', async () => {
    const url = await createSharedDatabase();
    const openOne = async () => {
      const store = await openStore({ dataDir: '', databaseUrl: url, secretKey: testKey });
      onTestFinished(() => store.close());
      return store;
    };
    const [store, other] = [await openOne(), await openOne()];
    const onChange = vi.fn();
    store.watchChanges(onChange);
    await vi.waitUntil(() => onChange.mock.calls.length > 0, 10_000);
    onChange.mockClear();
    await other.keys.touch(new Map([['k1', 5]]));
    await other.credentials.saveStates([{ credentialId: 'c1', state: 1 }]);
    await other.admin.appendAudit({ id: 'a', at: 1, action: '', target: '', detail: '', address: '' });
    await other.usage.append(packRecords([sampleRecord()]));
    await once(AbortSignal.timeout(100), 'abort');
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe.skipIf(!hasPostgres)('openPostgres', () => {
  it.each([
    ['/nothing', 'unreachable', 'no such database'],
    ['/postgres?sslmode=sometimes', 'unreachable', 'sslmode must be one of'],
    ['/postgres?sslmode=verify-full&sslrootcert=/nowhere.pem', 'unreachable', 'nowhere.pem'],
    ['/postgres?sslmode=require', 'unreachable', 'does not support SSL'],
  ])('says in one line what is wrong with %s', async (path, kind, words) => {
    const url = new URL(path, await createSharedDatabase()).href;
    const failure: unknown = await openPostgres({ url }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreFailure);
    expect(failure).toMatchObject({ kind, message: expect.stringMatching(new RegExp(`^[^\\n]*${words}[^\\n]*$`)) });
  });

  it('falls back to no TLS if it is only preferred and the server has none', async () => {
    const url = `${await createSharedDatabase()}?sslmode=prefer`;
    await open(url);
  });
});
