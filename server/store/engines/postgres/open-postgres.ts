import { randomUUID } from 'node:crypto';
import { Kysely } from 'kysely';
import type { StoreFailure } from '../../store-failure.ts';
import type { Tables } from '../../tables.ts';
import type { Engine } from '../engine.ts';
import { createChangeListener } from './change-listener.ts';
import { readConnectionUrl } from './connection.ts';
import { createPostgresDialect } from './dialect.ts';
import { createPostgresPool } from './pool.ts';
import { postgresSchema } from './schema.ts';
import { createUsageWriter } from './usage-writer.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  /** Connections, at most; one more listens for changes. */
  readonly poolSize?: number;
  /** How long a silent server is waited for; milliseconds. */
  readonly queryTimeout?: number;
  /** Told once when the connection that listens for changes is lost. */
  readonly onTrouble?: ((failure: StoreFailure) => void) | undefined;
}

/**
 * Opens a PostgreSQL database, of version 14 or later.
 *
 * @throws StoreFailure in one line when it cannot be reached or used
 */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const { url, poolSize = 10, queryTimeout = 30_000, onTrouble } = options;
  const name = `atlassian-proxy ${randomUUID()}`;
  const client = await readConnectionUrl(url, name);
  const pool = createPostgresPool({ client, size: poolSize, queryTimeout });
  const listener = createChangeListener({ client, name, onTrouble });
  const writer = createUsageWriter(pool);
  try {
    await pool.run((session) => session.query('select 1', []));
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    db: new Kysely<Tables>({ dialect: createPostgresDialect(pool) }),
    schema: postgresSchema,
    likeIgnoringCase: 'ilike',
    appendUsage: writer.append,
    // Vacuum is the server's own work.
    maintainSome: async () => false,
    watchChanges: listener.watch,
    lookForChanges: listener.look,
    // The server's business.
    requireSameFiles: async () => undefined,
    verify: async () => undefined,
    async close() {
      await listener.close();
      await pool.close();
    },
  };
}
