import { sumOf, throwWhenAborted } from '../backup/backup-rows.ts';
import { migrate, requireCurrentSchema } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openEngine } from './open-engine.ts';
import { countRows, exportRows, importRows, type RowCounts } from './row-copy.ts';

export interface MoveOptions {
  /** The folder of the SQLite database. It is not changed. */
  readonly dataDir: string;
  /** An empty PostgreSQL database: `postgres://…`. */
  readonly databaseUrl: string;
  /** Called as rows arrive, with the number of copied and of all rows. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborts the move. Then nothing has been copied. */
  readonly signal?: AbortSignal;
}

/**
 * Copies all data from a data folder into an empty PostgreSQL database, all or nothing.
 *
 * @returns the number of rows per table, counted in the new database
 * @throws StoreFailure if a server is using the folder, the target is not empty, or rows are missing
 */
export async function moveDatabase({ dataDir, databaseUrl, onProgress, signal }: MoveOptions): Promise<RowCounts> {
  const source = await openEngine({ dataDir, isServer: true, sqlite: { isReadOnly: true } });
  try {
    await requireCurrentSchema(source, migrations);
    const target = await openEngine({ dataDir, databaseUrl });
    try {
      await migrate(target, migrations, Date.now());
      const total = sumOf(await countRows(source.db));
      onProgress?.(0, total);
      const batches = throwWhenAborted(exportRows(source), signal);
      return await importRows(target, batches, (done) => onProgress?.(sumOf(done), total));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
