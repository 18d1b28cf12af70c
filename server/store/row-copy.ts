import { type Kysely, sql } from 'kysely';
import { type CopiedTable, copiedTables, tableKeys } from './copied-tables.ts';
import type { Engine } from './engines/engine.ts';
import { StoreFailure } from './store-failure.ts';
import type { StoredRow, Tables } from './tables.ts';

/** A non-empty batch of rows from one table. */
export interface RowBatch {
  readonly table: CopiedTable;
  readonly rows: readonly StoredRow[];
}

export type RowCounts = ReadonlyMap<CopiedTable, number>;

/** Rows to read and write at once. Few for tables with large rows. */
const batchSizeOf = (table: CopiedTable) => (table === 'usage_contents' ? 16 : 500);

/**
 * Exports all rows of some tables from one snapshot, however long reading takes. All other reads on this engine see the
 * same snapshot meanwhile, so use a separate engine.
 */
export async function* exportRows(
  { db }: Pick<Engine, 'db'>,
  tables: readonly CopiedTable[] = copiedTables,
): AsyncGenerator<RowBatch> {
  const moment = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute();
  try {
    for (const table of tables) {
      let last: StoredRow | undefined;
      do {
        const rows = await readPage(moment, table, last);
        if (rows.length > 0) yield { table, rows };
        last = rows.length < batchSizeOf(table) ? undefined : rows.at(-1);
      } while (last !== undefined);
    }
  } finally {
    await moment.rollback().execute();
  }
}

/**
 * Inserts rows into empty tables, all or none.
 *
 * @param onProgress called after each batch with the number of rows per table so far
 * @returns the number of rows per table, counted in the database
 * @throws StoreFailure `not-empty` if there are rows already; any error that the batches throw
 */
export async function importRows(
  engine: Engine,
  batches: AsyncIterable<RowBatch>,
  onProgress: (counts: RowCounts) => void = () => undefined,
): Promise<RowCounts> {
  return engine.db.transaction().execute(async (transaction) => {
    const tables = await findTables(transaction);
    await requireEmpty(transaction, tables);
    const inserted = new Map<CopiedTable, number>(tables.map((table) => [table, 0]));
    for await (const { table, rows } of batches) {
      await engine.insertRows(transaction, table, rows);
      inserted.set(table, (inserted.get(table) ?? 0) + rows.length);
      onProgress(inserted);
    }
    await engine.schema.completeImport(transaction);
    const counts = await countRows(transaction, tables);
    for (const [table, count] of inserted) {
      if (counts.get(table) === count) continue;
      throw new StoreFailure(
        'other',
        `Only ${counts.get(table)} of ${count} rows of ${table} arrived: nothing was imported.`,
      );
    }
    return counts;
  });
}

export async function countRows(db: Kysely<Tables>, tables: readonly CopiedTable[] = copiedTables): Promise<RowCounts> {
  const counts = new Map<CopiedTable, number>();
  for (const table of tables) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db);
    counts.set(table, Number(rows[0]?.count));
  }
  return counts;
}

/** The tables that exist. An older schema has fewer. */
async function findTables(db: Kysely<Tables>): Promise<readonly CopiedTable[]> {
  const present = new Set((await db.introspection.getTables()).map(({ name }) => name));
  return copiedTables.filter((table) => present.has(table));
}

async function requireEmpty(db: Kysely<Tables>, tables: readonly CopiedTable[]): Promise<void> {
  for (const table of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0)
      throw new StoreFailure(
        'not-empty',
        `The database is not empty: there are rows in ${table}. Use a new one: set DATA_DIR or DATABASE_URL.`,
      );
  }
}

async function readPage(
  db: Kysely<Tables>,
  table: CopiedTable,
  last: StoredRow | undefined,
): Promise<readonly StoredRow[]> {
  const names: readonly string[] = tableKeys[table];
  const key = sql.join(names.map((name) => sql.ref(name)));
  const after = last === undefined ? sql`` : sql`where (${key}) > (${sql.join(names.map((name) => last[name]))})`;
  const page = sql<StoredRow>`select * from ${sql.table(table)} ${after} order by ${key} limit ${batchSizeOf(table)}`;
  return (await page.execute(db)).rows;
}
