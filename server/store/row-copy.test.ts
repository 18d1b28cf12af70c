import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSharedDatabase, hasPostgres } from '../../test/support/shared-services.ts';
import { packRecords } from '../ledger/packed-record.ts';
import { sampleRecord } from '../ledger/testing/sample-record.ts';
import { createVault } from '../lib/secrets.ts';
import { copiedTables } from './copied-tables.ts';
import { createCredentialsTable } from './credentials-table.ts';
import type { Engine } from './engines/engine.ts';
import { openPostgres } from './engines/postgres/open-postgres.ts';
import { openSqlite } from './engines/sqlite/open-sqlite.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { countRows, exportRows, importRows, type RowBatch } from './row-copy.ts';
import { sampleCredential } from './testing/credentials-contract.ts';
import { provideFolder } from './testing/folder.ts';
import { testKey } from './testing/test-key.ts';
import { generateRecords, usageNow } from './testing/usage-records.ts';
import { createUsageTable } from './usage-table.ts';

const folder = provideFolder();

const opened = async (engine: Engine): Promise<Engine> => {
  onTestFinished(() => engine.close());
  await migrate(engine, migrations, 0);
  return engine;
};
const engines = {
  SQLite: async (name: string) => opened(await openSqlite({ path: folder.file(`${name}.db`) })),
  PostgreSQL: async () => opened(await openPostgres({ url: await createSharedDatabase() })),
};
const ways = (['SQLite', 'PostgreSQL'] as const).flatMap((from) =>
  (['SQLite', 'PostgreSQL'] as const).map((to) => ({ from, to })),
);

async function fill(engine: Engine): Promise<void> {
  const { db } = engine;
  await db.insertInto('meta').values({ name: 'a', value: 'é "\\ 你好 \u{1F600}' }).execute();
  const credentials = createCredentialsTable(db, createVault(testKey));
  await credentials.insert(sampleCredential({ weight: 7 }));
  await credentials.saveStates([{ credentialId: 'c1', state: { name: 'cooling', until: 1_782_820_800_123 } }]);
  await db.insertInto('settings').values({ section: 'pool', value: '{"strategy":"weighted"}' }).execute();
  const usage = createUsageTable(engine, () => usageNow);
  await usage.append(packRecords(generateRecords(1200, 40 * 86_400_000)));
  await usage.append(packRecords([sampleRecord({ id: 'content', content: { request: '{}', response: '' } })]));
}

const readAll = async (engine: Engine): Promise<Map<string, unknown[]>> => {
  const all = new Map<string, unknown[]>(copiedTables.map((table) => [table, []]));
  for await (const { table, rows } of exportRows(engine)) all.get(table)?.push(...rows);
  return all;
};

describe.each(ways)('rows copied from $from to $to', ({ from, to }) => {
  const isSkipped = !hasPostgres && [from, to].includes('PostgreSQL');

  it.skipIf(isSkipped)('are the same rows, and generated keys continue after theirs', async () => {
    const [source, target] = [await engines[from]('source'), await engines[to]('target')];
    await fill(source);
    const counts = await importRows(target, exportRows(source));
    expect(counts.get('usage_requests')).toBe(1201);
    expect(counts).toEqual(await countRows(source.db));
    expect(await readAll(target)).toEqual(await readAll(source));
    const added = sampleRecord({ id: 'new', startedAt: usageNow, keyId: 'new key', keyName: 'New' });
    const usage = createUsageTable(target, () => usageNow);
    await usage.append(packRecords([added]));
    expect(await usage.get('new')).toMatchObject({ keyId: 'new key', keyName: 'New' });
  });

  it.skipIf(isSkipped)('leave nothing behind if they do not all arrive', async () => {
    const [source, target] = [await engines[from]('source'), await engines[to]('target')];
    await fill(source);
    async function* broken(): AsyncGenerator<RowBatch> {
      for await (const batch of exportRows(source)) {
        if (batch.table === 'usage_requests') throw new Error('cut');
        yield batch;
      }
    }
    await expect(importRows(target, broken())).rejects.toThrow('cut');
    expect([...(await countRows(target.db)).values()].every((count) => count === 0)).toBe(true);
    await importRows(target, exportRows(source));
  });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('rows on %s', (name) => {
  const isSkipped = !hasPostgres && name === 'PostgreSQL';

  it.skipIf(isSkipped)('are exported from one snapshot, whatever is written meanwhile', async () => {
    const engine = await engines[name]('source');
    const usage = createUsageTable(engine, () => usageNow);
    await usage.append(packRecords(generateRecords(1200, 86_400_000)));
    let count = 0;
    let batches = 0;
    for await (const { table, rows } of exportRows(engine)) {
      if (table === 'usage_requests') count += rows.length;
      batches += 1;
      await usage.append(packRecords([sampleRecord({ id: `later${batches}`, startedAt: usageNow + batches })]));
    }
    expect(count).toBe(1200);
  });

  it.skipIf(isSkipped)('are not imported into a non-empty database', async () => {
    const [source, target] = [await engines[name]('source'), await engines[name]('target')];
    await fill(source);
    await target.db.insertInto('settings').values({ section: 'pool', value: '1' }).execute();
    await expect(importRows(target, exportRows(source))).rejects.toMatchObject({ kind: 'not-empty' });
  });

  it.skipIf(isSkipped)('are reported as they arrive', async () => {
    const [source, target] = [await engines[name]('source'), await engines[name]('target')];
    await fill(source);
    const onProgress = vi.fn();
    await importRows(target, exportRows(source, ['meta', 'usage_names', 'usage_requests']), (counts) =>
      onProgress(counts.get('usage_requests')),
    );
    expect(onProgress.mock.calls.map(([count]) => count)).toEqual([0, 0, 500, 1000, 1201]);
  });
});
