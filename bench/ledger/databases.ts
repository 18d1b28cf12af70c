import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Clock } from '../../server/lib/clock.ts';
import { loadSecretKey } from '../../server/lib/secret-key.ts';
import { openStore, type Store } from '../../server/store/open-store.ts';
import { startPostgresServer } from '../../test/support/postgres-server.ts';

/** A database for measuring the ledger. */
export interface BenchDatabase {
  readonly store: Store;
  /** Size on disk in bytes. */
  readonly size: () => Promise<number>;
  /** Runs the maintenance that would happen in production. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const engines = ['sqlite', 'postgres'] as const;
export type BenchEngine = (typeof engines)[number];

/** @param keptFolder SQLite's folder, if it should be kept */
export function openBenchDatabase(engine: BenchEngine, clock: Clock, keptFolder?: string): Promise<BenchDatabase> {
  return engine === 'sqlite' ? openSqlite(clock, keptFolder) : openPostgres(clock);
}

async function openSqlite(clock: Clock, keptFolder?: string): Promise<BenchDatabase> {
  const folder = keptFolder ?? mkdtempSync(join(tmpdir(), 'bench-ledger-'));
  const store = await openStore({ dataDir: folder, secretKey: loadSecretKey({ dataDir: folder }).key, clock });
  return {
    store,
    size: async () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0),
    async settle() {},
    async close() {
      await store.close();
      if (keptFolder === undefined) rmSync(folder, { recursive: true });
    },
  };
}

/** A separate server with production durability. */
async function openPostgres(clock: Clock): Promise<BenchDatabase> {
  const server = await startPostgresServer({ isDurable: true, settings: ['max_wal_size=4GB', 'shared_buffers=512MB'] });
  const url = await server.createDatabase('ledger');
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-ledger-'));
  const store = await openStore({ dataDir, databaseUrl: url, secretKey: loadSecretKey({ dataDir }).key, clock });
  const query = async (text: string): Promise<readonly unknown[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query({ text, rowMode: 'array' });
      return rows.flat();
    } finally {
      await client.end();
    }
  };
  return {
    store,
    size: async () => Number((await query('select pg_database_size(current_database())'))[0]),
    // Autovacuum would do this later.
    async settle() {
      await query('vacuum analyze');
    },
    async close() {
      await store.close();
      await server.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
