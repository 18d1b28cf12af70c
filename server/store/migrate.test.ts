import { describe, expect, it, onTestFinished } from 'vitest';
import { createSharedDatabase, hasPostgres } from '../../test/support/shared-services.ts';
import type { Engine } from './engines/engine.ts';
import { openPostgres } from './engines/postgres/open-postgres.ts';
import { openSqlite } from './engines/sqlite/open-sqlite.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openStore } from './open-store.ts';
import { provideFolder } from './testing/folder.ts';
import { testKey } from './testing/test-key.ts';

const folder = provideFolder();

interface Place {
  open(): Promise<Engine>;
  openStore(): ReturnType<typeof openStore>;
}

const places: readonly (readonly [string, () => Promise<Place>])[] = [
  [
    'SQLite',
    async () => ({
      open: () => openSqlite({ path: folder.file('database.db') }),
      openStore: () => openStore({ dataDir: folder.path(), secretKey: testKey }),
    }),
  ],
  [
    'PostgreSQL',
    async () => {
      const url = await createSharedDatabase();
      return {
        open: () => openPostgres({ url }),
        openStore: () => openStore({ dataDir: '', databaseUrl: url, secretKey: testKey }),
      };
    },
  ],
];

/** Inserts rows as the first version wrote them. */
async function insertOldRows({ db }: Engine): Promise<void> {
  await db
    .insertInto('admin_sessions')
    .values({ id: 's', hash: 'h', created_at: 1, last_seen_at: 2, expires_at: 3, address: 'a', user_agent: 'u' })
    .execute();
  await db.insertInto('settings').values({ section: 'pool', value: '{"strategy":"weighted"}' }).execute();
  await db
    .insertInto('models')
    .values({ id: 'm', position: 1, enabled: 1, custom: 0, aliases: '["x"]', fallbacks: '[]', overrides: '{}' })
    .execute();
  await db
    .insertInto('audit')
    .values({ id: 'e', at: 1, action: 'login', target: '', detail: '', address: 'a' })
    .execute();
}

describe.each(places)('a database on %s', (engine, provide) => {
  it
    .skipIf(engine === 'PostgreSQL' && !hasPostgres)
    .each(migrations.map(({ name }, index) => [name, index + 1] as const))(
    'as %s left it is brought up to date, with what it holds',
    async (_name, count) => {
      const place = await provide();
      const engine = await place.open();
      await migrate(engine, migrations.slice(0, count), 0);
      await insertOldRows(engine);
      await engine.close();
      const store = await place.openStore();
      onTestFinished(() => store.close());
      expect(await store.admin.listSessions()).toMatchObject([{ id: 's', lastSeenAt: 2, userAgent: 'u' }]);
      expect(await store.settings.load()).toEqual({ pool: { strategy: 'weighted' } });
      const [model] = await store.models.list();
      expect(model).toMatchObject({ id: 'm', enabled: true, aliases: ['x'] });
      expect(await store.admin.listAudit({ limit: 9 })).toHaveLength(1);
      expect(await store.usage.hasRecords()).toBe(false);
    },
  );
});
