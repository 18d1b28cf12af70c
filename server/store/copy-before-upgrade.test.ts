import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
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

it('the database of an earlier version is copied, and the copy can be used to go back', async () => {
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

it('only the copy of the last upgrade is kept', async () => {
  await createOld(migrations.length - 1);
  writeFileSync(folder.file(copyName), 'of the upgrade before');
  await openNew();
  expect(readdirSync(folder.path()).filter((name) => name.includes('before'))).toEqual([copyName]);
  expect(readCopy()).toMatchObject({ steps: migrations.length - 1, verdict: 'ok' });
});

it('a new database is not copied', async () => {
  const { onUpgrade } = await openNew();
  expect(onUpgrade).not.toHaveBeenCalled();
  expect(readdirSync(folder.path())).not.toContain(copyName);
});

/** Everything that a rejected upgrade must not change. */
function expectNothingChanged(steps: number): void {
  expect(readFileSync(folder.file(copyName), 'utf8')).toBe('of the upgrade before');
  expect(readdirSync(folder.path()).filter((name) => name.includes('partial'))).toEqual([]);
  const database = new DatabaseSync(folder.file('database.db'), { readOnly: true });
  expect(database.prepare('select name from migrations').all()).toHaveLength(steps);
  database.close();
}

it('without space for the copy, nothing is upgraded and the previous copy is kept', async () => {
  await createOld(2);
  writeFileSync(folder.file(copyName), 'of the upgrade before');
  const file = folder.file('database.db');
  const { size } = statSync(file);
  const { bavail, bsize } = statfsSync(folder.path());
  // A sparse file: larger than the free space without using any. SQLite only reads as far as its header says.
  truncateSync(file, bavail * bsize + 1_000_000_000);
  const refused = openStore({ dataDir: folder.path(), secretKey: testKey });
  await expect(refused).rejects.toMatchObject({
    kind: 'full',
    message: expect.stringMatching(
      /^No space is left in .+ to copy database\.db before it is upgraded: free \d+ MB\.$/,
    ),
  });
  expectNothingChanged(2);
  truncateSync(file, size);
  const { onUpgrade } = await openNew();
  expect(onUpgrade).toHaveBeenCalledOnce();
});

it('if copying fails, nothing is upgraded and the previous copy is kept', async () => {
  await createOld(2);
  writeFileSync(folder.file(copyName), 'of the upgrade before');
  const database = new DatabaseSync(folder.file('database.db'));
  database.exec("insert into settings values ('large', zeroblob(2000000)); pragma wal_checkpoint(truncate)");
  database.close();
  const script = folder.file('open.mjs');
  writeFileSync(
    script,
    `import { openStore } from ${JSON.stringify(import.meta.resolve('./open-store.ts'))};
    import { testKey } from ${JSON.stringify(import.meta.resolve('./testing/test-key.ts'))};
    const opening = openStore({ dataDir: ${JSON.stringify(folder.path())}, secretKey: testKey });
    await opening.catch(({ message }) => console.log(message));`,
  );
  // No file may grow beyond 1 MB, but larger ones can still be read.
  const limited = spawnSync('bash', ['-c', 'ulimit -f 1000; exec "$0" "$1"', process.execPath, script], {
    encoding: 'utf8',
  });
  expect(limited.stdout).toMatch(/^The database was not upgraded, because it cannot be copied first \(.+\)\.\n$/);
  expectNothingChanged(2);
});
