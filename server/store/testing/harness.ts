import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterEach, beforeAll, it } from 'vitest';
import { createSharedDatabase, hasPostgres } from '../../../test/support/shared-services.ts';
import { openStore, type Store, type StoreOptions } from '../open-store.ts';
import { provideFolder } from './folder.ts';
import { testKey } from './test-key.ts';

/** How a contract suite opens the store under test. */
export interface StoreHarness<Kind> {
  /** Opens an empty store. */
  open(): Promise<Kind>;
  /** Opens the same data again, as after a restart. */
  reopen(): Promise<Kind>;
}

/** Opens stores of one engine. */
export interface StoreProvider {
  readonly engine: string;
  /** Opens the test's database and closes it after the test. */
  open(options?: Partial<StoreOptions>): Promise<Store>;
  /** A harness for one of the stores. */
  harness<Kind>(choose: (store: Store) => Kind): StoreHarness<Kind>;
  /** Runs SQL on a separate connection, like another program. */
  runSql(text: string): Promise<void>;
}

export interface SqliteProvider extends StoreProvider {
  /** The data folder of the current test. Created on first use. */
  folder(): string;
}

/** Databases in a temporary folder for each test. Call once at the top of a test file. */
export function provideSqlite(defaults: Partial<StoreOptions> = {}): SqliteProvider {
  const { path } = provideFolder();
  const sqlite = { watchInterval: 10 };
  const stores = provideStores('SQLite', () => ({ dataDir: path(), sqlite, ...defaults }));
  return {
    folder: path,
    ...stores,
    async runSql(text) {
      const database = new DatabaseSync(join(path(), 'database.db'));
      database.exec(text);
      database.close();
    },
  };
}

export interface PostgresProvider extends StoreProvider {
  url(): string;
}

/** One database for the test file, emptied before each test. Call once at the top of a test file. */
export function providePostgres(defaults: Partial<StoreOptions> = {}): PostgresProvider {
  let url = '';
  beforeAll(async () => {
    url = await createSharedDatabase();
  });
  const stores = provideStores('PostgreSQL', () => ({ dataDir: '', databaseUrl: url, ...defaults }));
  const runSql = async (text: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  afterEach(() => runSql('drop schema public cascade; create schema public'));
  return { url: () => url, ...stores, runSql };
}

/** Both engines, for tests that every engine must pass. */
export function provideEngines(defaults: Partial<StoreOptions> = {}): readonly StoreProvider[] {
  const sqlite = provideSqlite(defaults);
  if (hasPostgres) return [sqlite, providePostgres(defaults)];
  it.skip('PostgreSQL, which is not installed', () => undefined);
  return [sqlite];
}

function provideStores(engine: string, defaults: () => Omit<StoreOptions, 'secretKey'>): Omit<StoreProvider, 'runSql'> {
  const stores: Store[] = [];
  const closeAll = async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  };
  afterEach(closeAll);
  const open = async (options?: Partial<StoreOptions>) => {
    const store = await openStore({ secretKey: testKey, ...defaults(), ...options });
    stores.push(store);
    return store;
  };
  return {
    engine,
    open,
    harness: (choose) => ({
      open: async () => choose(await open()),
      async reopen() {
        await closeAll();
        return choose(await open());
      },
    }),
  };
}
