import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import type { PackedRecords } from '../ledger/packed-record.ts';
import { type SqliteClient, startSqliteClient } from './sqlite-client.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';
import type { StartWorker } from './sqlite-thread.ts';
import type { Pause } from './sqlite-threads.ts';
import { StoreFailure } from './store-failure.ts';
import type { Tables } from './tables.ts';

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

/** An engine as the tables use it. */
export interface Engine {
  readonly db: Kysely<Tables>;
  /**
   * Inserts records and adds them to their roll-ups, all or none: every request does it, so each engine has its own way.
   *
   * @param minutesFrom records older than it get no roll-up by the minute; milliseconds since the epoch
   * @throws StoreFailure `constraint` for what cannot be stored
   */
  appendUsage(records: PackedRecords, minutesFrom: number): Promise<void>;
  /** The operator that matches a pattern whatever the letters' case. */
  readonly likeIgnoringCase: 'like' | 'ilike';
  /** Gives some of the space of deleted rows back. @returns false when there is none left to give back */
  reclaimSome(): Promise<boolean>;
  watchChanges: SqliteClient['watchChanges'];
  close(): Promise<void>;
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
    appendUsage: dialect.appendUsage,
    likeIgnoringCase: 'like',
    reclaimSome: dialect.reclaimSome,
    watchChanges: client.watchChanges,
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
