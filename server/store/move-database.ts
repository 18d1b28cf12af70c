import { sumOf, untilAborted } from '../backup/kept-rows.ts';
import { migrate, requireNewest } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openEngine } from './open-engine.ts';
import { countRows, exportRows, importRows, type RowCounts } from './row-copy.ts';

export interface MoveOptions {
  /** The folder of the SQLite database; nothing in it is changed. */
  readonly dataDir: string;
  /** An empty PostgreSQL database: `postgres://…`. */
  readonly databaseUrl: string;
  /** Told as rows arrive: how many there are by now, and how many there will be. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops it: then nothing was copied. */
  readonly signal?: AbortSignal;
}

/**
 * Copies all that is kept in a data folder into an empty PostgreSQL database: all of it, or nothing.
 *
 * @returns the rows of each table, as the new database counts them
 * @throws StoreFailure when a server works on the folder, when the database is not empty, or when rows are missing
 */
export async function moveDatabase({ dataDir, databaseUrl, onProgress, signal }: MoveOptions): Promise<RowCounts> {
  const source = await openEngine({ dataDir, isServer: true, sqlite: { isReadOnly: true } });
  try {
    await requireNewest(source, migrations);
    const target = await openEngine({ dataDir, databaseUrl });
    try {
      await migrate(target, migrations, Date.now());
      const total = sumOf(await countRows(source.db));
      onProgress?.(0, total);
      const batches = untilAborted(exportRows(source), signal);
      return await importRows(target, batches, (done) => onProgress?.(sumOf(done), total));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
