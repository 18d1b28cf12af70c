import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { createSharedDatabase, hasPostgres } from '../../test/support/shared-services.ts';
import { packRecords } from '../ledger/packed-record.ts';
import { deleteOldUsage } from '../ledger/retention.ts';
import { sampleRecord } from '../ledger/testing/sample-record.ts';
import { openPostgres } from './engines/postgres/open-postgres.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createUsageTable } from './usage-table.ts';

const recordCount = 20_000;
const day = 86_400_000;

it.skipIf(!hasPostgres)('PostgreSQL does not read deleted records again in each step', async () => {
  const url = await createSharedDatabase();
  const open = async () => {
    const engine = await openPostgres({ url });
    onTestFinished(() => engine.close());
    return engine;
  };
  const [engine, observer] = [await open(), await open()];
  await migrate(engine, migrations, 0);
  await createUsageTable(engine, () => 0).append(packRecords([sampleRecord({ id: 'r0', startedAt: 0 })]));
  await sql`
    insert into usage_requests select copy.* from usage_requests as original, generate_series(1, ${recordCount}) as number,
    jsonb_populate_record(original, jsonb_build_object('id', 'r' || number, 'started_at', number)) as copy
  `.execute(engine.db);
  // While an older snapshot is in use, a backup's for example, the server can neither remove nor skip deleted rows.
  const snapshot = await observer.db.startTransaction().setIsolationLevel('repeatable read').execute();
  await sql`select from usage_names`.execute(snapshot);

  const retention = { requestsDays: 1, hoursDays: 1, daysDays: 1, contentDays: 1 };
  await deleteOldUsage(
    createUsageTable(engine, () => 0),
    retention,
    { clock: () => 100 * day },
  );

  // A connection reports its statistics at its end, at the latest.
  await engine.close();
  await snapshot.rollback().execute();
  const countRows = async () => {
    const { rows } = await sql<{ deleted: number; read: number }>`
      select n_tup_del as deleted, idx_tup_read as read
      from pg_stat_user_tables join pg_stat_user_indexes using (relid)
      where indexrelname = 'usage_requests_position'`.execute(observer.db);
    return rows[0] ?? expect.unreachable();
  };
  await expect.poll(async () => (await countRows()).deleted).toBe(recordCount + 1);
  // A step reads its own rows twice. Reading the deleted ones again makes it ten times as many.
  expect((await countRows()).read).toBeLessThan(3 * recordCount);
});
