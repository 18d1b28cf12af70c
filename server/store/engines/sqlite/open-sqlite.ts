import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import { makeFolder } from '../../../lib/make-folder.ts';
import { StoreFailure } from '../../store-failure.ts';
import type { Tables } from '../../tables.ts';
import type { Engine } from '../engine.ts';
import { type SqliteClient, startSqliteClient } from './client.ts';
import { copyDatabase } from './copy-database.ts';
import { createSqliteDialect } from './dialect.ts';
import { unwritableFailure } from './failure.ts';
import { insertRows } from './insert-rows.ts';
import { lockFolder } from './lock-folder.ts';
import { sqliteSchema } from './schema.ts';
import type { StartWorker } from './thread.ts';
import type { Pause } from './threads.ts';

export interface SqliteOptions {
  /** The database file. It and its folder are created if missing, readable only by their owner. */
  readonly path: string;
  /** Read only; nothing is changed. */
  readonly isReadOnly?: boolean;
  /** Refuse to open a database that another server has opened with this option. */
  readonly isExclusive?: boolean;
  /** How long to wait for another program's lock; milliseconds. */
  readonly lockTimeout?: number;
  /** How often to check for other programs' changes; milliseconds. */
  readonly watchInterval?: number;
  /** Called when the database thread ends unexpectedly and is restarted, and once if the restart fails. */
  readonly onTrouble?: (failure: StoreFailure) => void;
  /** Starts the thread, and delays restarts. Replaced in tests. */
  readonly startWorker?: StartWorker;
  readonly pause?: Pause;
}

/**
 * Opens or creates the SQLite database. WAL mode lets reads continue during a write and survives crashes. With
 * `synchronous = NORMAL`, commits do not wait for the disk: a power cut, but not a crash, may lose the last ones.
 *
 * @throws StoreFailure with a one-line message: not writable, in use, locked for too long, corrupt, or another
 * program's
 */
export async function openSqlite(options: SqliteOptions): Promise<Engine> {
  const { path, isReadOnly = false, isExclusive = false } = options;
  if (isReadOnly) requireFile(path);
  else createFile(path);
  const letGo = isExclusive ? lockFolder(dirname(path)) : () => undefined;
  const client = await startClient(options).catch((error: unknown) => {
    letGo();
    throw error;
  });
  const dialect = createSqliteDialect(client);
  return {
    db: new Kysely<Tables>({ dialect }),
    schema: sqliteSchema,
    likeIgnoringCase: 'like',
    appendUsage: dialect.appendUsage,
    insertRows,
    copyBeforeUpgrade: () => copyDatabase(path),
    maintainSome: dialect.reclaimSome,
    watchChanges: client.watchChanges,
    checkForChanges: client.checkForChanges,
    requireSameFiles: client.requireSameFiles,
    verify: client.verify,
    async close() {
      await client.close();
      letGo();
    },
  };
}

function startClient(options: SqliteOptions): Promise<SqliteClient> {
  return startSqliteClient({ lockTimeout: 5000, watchInterval: 250, isReadOnly: false, ...options });
}

function requireFile(path: string): void {
  if (!existsSync(path)) throw new StoreFailure('not-writable', `The database ${path} does not exist: set DATA_DIR.`);
}

/** SQLite would create the file readable by everyone, and only reports "unable to open" on failure. */
function createFile(path: string): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw unwritableFailure(folder, cause);
  }
}
