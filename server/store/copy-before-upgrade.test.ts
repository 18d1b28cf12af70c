import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished, vi } from 'vitest';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openEngine } from './open-engine.ts';
import { openStore } from './open-store.ts';
import { provideFolder } from './testing/folder.ts';
import { testKey } from './testing/test-key.ts';

const folder = provideFolder();
const copyName = 'database.before-upgrade.db';

async function createOld(steps: number): Promise<void> {
  const engine = await openEngine({ dataDir: folder.path() });
  await migrate(engine, migrations.slice(0, steps), 0);
  await engine.db
    .insertInto('settings')
    .values({ section: `of ${steps}`, value: '1' })
    .execute();
  await engine.close();
}

const openNew = async (onUpgrade = vi.fn()) => {
  const store = await openStore({ dataDir: folder.path(), secretKey: testKey, onUpgrade });
  onTestFinished(() => store.close().catch(() => undefined));
  return { store, onUpgrade };
};

function readCopy() {
  const copy = new DatabaseSync(folder.file(copyName), { readOnly: true });
  try {
    return {
      steps: copy.prepare('select name from migrations').all().length,
      sections: copy
        .prepare('select section from settings')
        .all()
        .map(({ section }) => section),
      verdict: copy.prepare('pragma quick_check').get()?.quick_check,
    };
  } finally {
    copy.close();
  }
}

it('what an earlier version set up is kept as it was, and can be gone back to', async () => {
  await createOld(2);
  const { store, onUpgrade } = await openNew();
  const copy = folder.file(copyName);
  expect(onUpgrade.mock.calls).toEqual([[{ steps: migrations.slice(2).map(({ name }) => name), copy }]]);
  const copies = readdirSync(folder.path()).filter((name) => name.includes('before'));
  expect(copies).toEqual([copyName]);
  expect(readCopy()).toEqual({ steps: 2, sections: ['of 2'], verdict: 'ok' });
  expect(statSync(copy).mode & 0o077).toBe(0);
  await store.close();
  const again = await openNew();
  expect(again.onUpgrade).not.toHaveBeenCalled();
});

it('there is one copy, of the last upgrade', async () => {
  await createOld(migrations.length - 1);
  writeFileSync(folder.file(copyName), 'of the upgrade before');
  await openNew();
  expect(readdirSync(folder.path()).filter((name) => name.includes('before'))).toEqual([copyName]);
  expect(readCopy()).toMatchObject({ steps: migrations.length - 1, verdict: 'ok' });
});

it('a new database has no copy', async () => {
  const { onUpgrade } = await openNew();
  expect(onUpgrade).not.toHaveBeenCalled();
  expect(readdirSync(folder.path())).not.toContain(copyName);
});
