import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import { StoreFailure } from '../../store-failure.ts';
import type { Tables } from '../../tables.ts';
import type { Engine } from '../engine.ts';
import { startSqliteClient } from './client.ts';
import { createSqliteDialect } from './dialect.ts';
import { sqliteSchema } from './schema.ts';
import type { StartWorker } from './thread.ts';
import type { Pause } from './threads.ts';

export interface SqliteOptions {
  /** The database's file; it and its folder are created when they are missing, for their owner only. */
  readonly path: string;
  /** How long to wait for another program's lock; milliseconds. */
  readonly lockTimeout?: number;
  /** How often to look for other programs' changes; milliseconds. */
  readonly watchInterval?: number;
  /** Told of each unexpected end of the database's thread, which is started anew, and once when that fails. */
  readonly onTrouble?: (failure: StoreFailure) => void;
  /** How the thread is started, and what paces its starts. */
  readonly startWorker?: StartWorker;
  readonly pause?: Pause;
}

/**
 * Opens or creates the SQLite database: WAL, so that reads go on beside a write and a crash leaves it whole; `synchronous
 * = NORMAL`, so that no commit waits for the disk (a power cut, not a crash, may lose the last ones).
 *
 * @throws StoreFailure in one line: not writable, locked for too long, broken, or another program's
 */
export async function openSqlite(options: SqliteOptions): Promise<Engine> {
  createFile(options.path);
  const client = await startSqliteClient({ lockTimeout: 5000, watchInterval: 250, ...options });
  const dialect = createSqliteDialect(client);
  return {
    db: new Kysely<Tables>({ dialect }),
    schema: sqliteSchema,
    likeIgnoringCase: 'like',
    appendUsage: dialect.appendUsage,
    maintainSome: dialect.reclaimSome,
    watchChanges: client.watchChanges,
    lookForChanges: client.lookForChanges,
    requireSameFiles: client.requireSameFiles,
    verify: client.verify,
    close: client.close,
  };
}

/** SQLite would create the file readable by everyone, and says only "unable to open" when it cannot. */
function createFile(path: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const user = process.getuid?.();
    const right = user === undefined ? 'this program' : `the user with id ${user}`;
    throw new StoreFailure(
      'not-writable',
      `Cannot write in the data folder ${folder} (${reason}): give ${right} the right to write there, or set DATA_DIR.`,
      { cause },
    );
  }
}
