import { migrate, requireNewest } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openEngine } from './open-engine.ts';
import { countRows, exportRows, importRows, type RowCounts } from './row-copy.ts';

export interface MoveOptions {
  /** The folder of the SQLite database; nothing in it is changed. */
  readonly dataDir: string;
  /** An empty PostgreSQL database: `postgres://…`. */
  readonly databaseUrl: string;
  /** Told as rows arrive: how many each table has by now, and how many it will have. */
  readonly onProgress?: (done: RowCounts, total: RowCounts) => void;
}

/**
 * Copies all that is kept in a data folder into an empty PostgreSQL database: all of it, or nothing.
 *
 * @returns the rows of each table, as the new database counts them
 * @throws StoreFailure when a server works on the folder, when the database is not empty, or when rows are missing
 */
export async function moveDatabase({ dataDir, databaseUrl, onProgress }: MoveOptions): Promise<RowCounts> {
  const source = await openEngine({ dataDir, isServer: true, sqlite: { isReadOnly: true } });
  try {
    await requireNewest(source, migrations);
    const target = await openEngine({ dataDir, databaseUrl });
    try {
      await migrate(target, migrations, Date.now());
      const total = await countRows(source.db);
      return await importRows(target, exportRows(source), (done) => onProgress?.(done, total));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
