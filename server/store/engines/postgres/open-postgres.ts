import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { StoreFailure } from '../../store-failure.ts';
import type { Tables } from '../../tables.ts';
import type { Engine } from '../engine.ts';
import { createChangeListener } from './change-listener.ts';
import { readConnectionUrl } from './connection.ts';
import { createPostgresDialect } from './dialect.ts';
import { isConnectionLost } from './failure.ts';
import { insertRows } from './insert-rows.ts';
import { createPostgresPool, type PostgresPool, type PostgresSession } from './pool.ts';
import { postgresSchema } from './schema.ts';
import { createUsageWriter } from './usage-writer.ts';

const minServerVersion = 14;
/** Milliseconds. */
const retryDelay = 250;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  /** Maximum number of connections, plus one that listens for changes. */
  readonly poolSize?: number;
  /** Timeout for the server's response; milliseconds. */
  readonly queryTimeout?: number;
  /**
   * How long to wait at the start for a server that does not respond yet, as gateway and database may start at the same
   * time; milliseconds.
   */
  readonly startTimeout?: number;
  /** Called once if the start has to wait. */
  readonly onWait?: ((failure: StoreFailure) => void) | undefined;
  /** Called once when the connection that listens for changes is lost. */
  readonly onTrouble?: ((failure: StoreFailure) => void) | undefined;
}

/**
 * Opens a PostgreSQL database, version 14 or later.
 *
 * @throws StoreFailure with a one-line message if it cannot be reached or used
 */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const { url, poolSize = 10, queryTimeout = 30_000, startTimeout = 0, onWait, onTrouble } = options;
  const name = `atlassian-proxy ${randomUUID()}`;
  const client = await readConnectionUrl(url, name);
  const pool = createPostgresPool({ client, size: poolSize, queryTimeout });
  const listener = createChangeListener({ client, name, onTrouble });
  const writer = createUsageWriter(pool);
  try {
    await reach(pool, startTimeout, onWait);
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    db: new Kysely<Tables>({ dialect: createPostgresDialect(pool) }),
    schema: postgresSchema,
    likeIgnoringCase: 'ilike',
    appendUsage: writer.append,
    insertRows,
    // Server-side backups cover this.
    copyBeforeUpgrade: async () => undefined,
    // The server's autovacuum does this.
    maintainSome: async () => false,
    watchChanges: listener.watch,
    checkForChanges: listener.checkForChanges,
    // The files are managed by the server.
    requireSameFiles: async () => undefined,
    verify: async () => undefined,
    async close() {
      await listener.close();
      await pool.close();
    },
  };
}

async function reach(pool: PostgresPool, patience: number, onWait?: (failure: StoreFailure) => void): Promise<void> {
  const deadline = performance.now() + patience;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await pool.withSession(requireVersion);
    } catch (error) {
      const mayCome = error instanceof StoreFailure && error.kind === 'unreachable' && isConnectionLost(error.cause);
      if (!mayCome || performance.now() > deadline) throw error;
      if (isFirst) onWait?.(error);
      await wait(retryDelay);
    }
  }
}

async function requireVersion(session: PostgresSession): Promise<void> {
  const { rows } = await session.query("select current_setting('server_version_num')::int as version", []);
  const version = Math.floor(Number(rows[0]?.version) / 10_000);
  if (version < minServerVersion) {
    throw new StoreFailure(
      'other',
      `PostgreSQL ${minServerVersion} or later is required, but this server is version ${version}.`,
    );
  }
}
