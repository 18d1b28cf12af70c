import { databasePath } from '../lib/data-folder.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { Engine } from './engines/engine.ts';
import { openSqlite, type SqliteOptions } from './engines/sqlite/open-sqlite.ts';
import type { StoreFailure } from './store-failure.ts';

export interface EngineOptions {
  /** The folder of SQLite's `database.db`. Created if missing. */
  readonly dataDir: string;
  /** URL of a PostgreSQL database to use instead: `postgres://…`. */
  readonly databaseUrl?: string | undefined;
  /** Maximum number of connections to PostgreSQL. */
  readonly poolSize?: number;
  /** True for a server. Only one server at a time may use a SQLite folder. */
  readonly isServer?: boolean;
  /** Called once if the start has to wait for PostgreSQL. */
  readonly onWait?: (failure: StoreFailure) => void;
  /** Called when the engine lost its thread or connection, which it replaces by itself. */
  readonly onTrouble?: (failure: StoreFailure) => void;
  /** For SQLite only. */
  readonly sqlite?: Pick<SqliteOptions, 'isReadOnly' | 'lockTimeout' | 'watchInterval'>;
}

/** How long a server waits for PostgreSQL at the start; milliseconds. */
const postgresStartTimeout = 15_000;

/** @throws StoreFailure if the database cannot be opened */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { dataDir, databaseUrl, poolSize, isServer = false, sqlite, onWait, onTrouble } = options;
  const callbacks = withoutUndefined({ onTrouble });
  if (databaseUrl === undefined) {
    return openSqlite({ path: databasePath(dataDir), isExclusive: isServer, ...sqlite, ...callbacks });
  }
  // Loaded on demand, because most gateways do not use PostgreSQL.
  const { openPostgres } = await import('./engines/postgres/open-postgres.ts');
  const startTimeout = isServer ? postgresStartTimeout : 0;
  return openPostgres({ url: databaseUrl, startTimeout, ...withoutUndefined({ poolSize, onWait }), ...callbacks });
}
