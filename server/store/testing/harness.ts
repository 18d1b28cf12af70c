import { afterEach } from 'vitest';
import { openStore, type Store, type StoreOptions } from '../open-store.ts';
import { provideFolder } from './folder.ts';
import { testKey } from './test-key.ts';

/** How a contract suite comes by the store it tests. */
export interface StoreHarness<Kind> {
  /** An empty one. */
  open(): Promise<Kind>;
  /** The same data, opened anew as after a restart. */
  reopen(): Promise<Kind>;
}

export interface SqliteHarness {
  /** The data folder of the running test; made on first use. */
  folder(): string;
  /** Opens the database in the folder; closed after the test. */
  open(options?: Partial<StoreOptions>): Promise<Store>;
  /** For one of the stores. */
  harness<Kind>(choose: (store: Store) => Kind): StoreHarness<Kind>;
}

/** Databases in a temporary folder for each test. To be called once, at the top of a test file. */
export function provideSqlite(defaults: Partial<StoreOptions> = {}): SqliteHarness {
  const { path } = provideFolder();
  const stores: Store[] = [];
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });
  const sqlite: SqliteHarness = {
    folder: path,
    async open(options) {
      const store = await openStore({
        dataDir: sqlite.folder(),
        secretKey: testKey,
        watchInterval: 10,
        ...defaults,
        ...options,
      });
      stores.push(store);
      return store;
    },
    harness: (choose) => ({
      open: async () => choose(await sqlite.open()),
      async reopen() {
        await Promise.all(stores.splice(0).map((store) => store.close()));
        return choose(await sqlite.open());
      },
    }),
  };
  return sqlite;
}
