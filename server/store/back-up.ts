import type { KeyObject } from 'node:crypto';
import { type BackupBatch, type BackupSource, type BackupTarget, sumOf } from '../backup/backup-rows.ts';
import { createVault, SealBroken, type Vault } from '../lib/secrets.ts';
import { type CopiedTable, copiedTables, isUsageTable } from './copied-tables.ts';
import { migrate, readSchema, requireCurrentSchema } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { type EngineOptions, openEngine } from './open-engine.ts';
import { countRows, exportRows, importRows, type RowBatch } from './row-copy.ts';
import { sealRows, unsealRows } from './sealed-columns.ts';
import { StoreFailure, wrongKey } from './store-failure.ts';

export interface BackupPlace extends Pick<EngineOptions, 'dataDir' | 'databaseUrl'> {
  /** Reads the secret key, or creates one in an empty folder. Only called when it is really needed. */
  readonly loadKey: () => KeyObject;
}

/** Sessions are not backed up: one that has ended since must not come back. */
const isBackedUp = (table: CopiedTable) => table !== 'admin_sessions';

/**
 * Opens a database for a backup while other processes use it. Changes nothing.
 *
 * @param withUsage false: leave out the ledger
 * @throws StoreFailure
 */
export async function openBackupSource(place: BackupPlace, withUsage: boolean): Promise<BackupSource> {
  const { dataDir, databaseUrl, loadKey } = place;
  const engine = await openEngine({ dataDir, databaseUrl, poolSize: 2, sqlite: { isReadOnly: true } });
  const tables = copiedTables.filter((table) => isBackedUp(table) && (withUsage || !isUsageTable(table)));
  try {
    await requireCurrentSchema(engine, migrations);
    const vault = createVault(loadKey());
    return {
      schema: migrations.map(({ name }) => name),
      count: () => countRows(engine.db, tables),
      batches: () => openAll(exportRows(engine, tables), vault),
      close: engine.close,
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function* openAll(batches: AsyncIterable<RowBatch>, vault: Vault): AsyncGenerator<BackupBatch> {
  try {
    for await (const { table, rows } of batches) yield { table, rows: unsealRows(vault, table, rows) };
  } catch (error) {
    throw error instanceof SealBroken ? wrongKey(error) : error;
  }
}

/**
 * A place to restore a backup into: an empty data folder or database, with any engine and any secret key. Creates the
 * schema of the backup, inserts the rows, and then migrates to the newest schema.
 */
export function createBackupTarget({ dataDir, databaseUrl, loadKey }: BackupPlace): BackupTarget {
  return {
    async fill(schema, batches, onProgress) {
      const known = migrations.slice(0, schema.length);
      if (known.length < schema.length || known.some(({ name }, index) => name !== schema[index])) {
        throw new StoreFailure(
          'newer',
          'The backup was written by a newer version of atlassian-proxy: restore it with that version.',
        );
      }
      const vault = createVault(loadKey());
      const engine = await openEngine({ dataDir, databaseUrl, isServer: true });
      try {
        // A database without this table is new.
        const present = await readSchema(engine.db).catch(() => []);
        if (present.length > known.length) {
          throw new StoreFailure(
            'not-empty',
            'The database is not empty: it was created by a newer version than the backup.',
          );
        }
        await migrate(engine, known, Date.now());
        const sealed = sealAll(batches, vault);
        const counts = await importRows(engine, sealed, (done) => onProgress(sumOf(done)));
        await migrate(engine, migrations, Date.now());
        return counts;
      } finally {
        await engine.close();
      }
    },
  };
}

async function* sealAll(batches: AsyncIterable<BackupBatch>, vault: Vault): AsyncGenerator<RowBatch> {
  for await (const { table, rows } of batches) {
    const known = copiedTables.find((name) => name === table && isBackedUp(name));
    if (known === undefined) throw new StoreFailure('other', 'The backup contains an unknown table.');
    yield { table: known, rows: sealRows(vault, table, rows) };
  }
}
