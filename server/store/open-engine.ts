import { join } from 'node:path';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { Engine } from './engines/engine.ts';
import { openSqlite, type SqliteOptions } from './engines/sqlite/open-sqlite.ts';
import type { StoreFailure } from './store-failure.ts';

export interface EngineOptions {
  /** The folder of SQLite's `database.db`; created when it is missing. */
  readonly dataDir: string;
  /** A PostgreSQL database to be used in its stead: `postgres://…`. */
  readonly databaseUrl?: string | undefined;
  /** Connections to PostgreSQL, at most. */
  readonly poolSize?: number;
  /** True for a server: of those, SQLite's folder takes one at a time. */
  readonly isServer?: boolean;
  /** Told when the engine lost its thread or its connection, which it replaces by itself. */
  readonly onTrouble?: (failure: StoreFailure) => void;
  /** SQLite only. */
  readonly sqlite?: Pick<SqliteOptions, 'isReadOnly' | 'lockTimeout' | 'watchInterval'>;
}

/** How long a server waits for PostgreSQL at its start; milliseconds. */
const patience = 15_000;

/** @throws StoreFailure when the database cannot be opened */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { dataDir, databaseUrl, poolSize, isServer = false, sqlite, onTrouble } = options;
  const told = withoutUndefined({ onTrouble });
  if (databaseUrl === undefined) {
    return openSqlite({ path: join(dataDir, 'database.db'), isExclusive: isServer, ...sqlite, ...told });
  }
  // Most gateways have no PostgreSQL, and none of the library that talks to one.
  const { openPostgres } = await import('./engines/postgres/open-postgres.ts');
  const startTimeout = isServer ? patience : 0;
  return openPostgres({ url: databaseUrl, startTimeout, ...withoutUndefined({ poolSize }), ...told });
}
