import { createSecretKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { verifyBackup } from '../backup/read-backup.ts';
import { createSettings } from '../settings/settings-registry.ts';
import { createLocalState } from '../shared-state/local/local-state.ts';
import { openStore } from '../store/open-store.ts';
import { provideFolder } from '../store/testing/folder.ts';
import { scheduleBackups } from './schedule-backups.ts';

const folder = provideFolder();
const passphrase = 'a good passphrase';

it('backups are made while the database is in use, the newest are kept, and other files are left alone', async () => {
  const secretKey = randomBytes(32);
  const dataDir = folder.path();
  const store = await openStore({ dataDir, secretKey: createSecretKey(secretKey) });
  const settings = await createSettings({ store: store.settings });
  const shared = createLocalState();
  const failures: string[] = [];
  const backups = await scheduleBackups(
    { dataDir, databaseUrl: undefined, secretKey: secretKey.toString('hex') },
    { store, settings, duties: shared.duties },
    { onFailure: (message) => failures.push(message), onError: (error) => failures.push(String(error)) },
  );
  onTestFinished(async () => {
    await backups.close();
    await shared.close();
    await store.close();
  });
  await settings.edit({ backup: { enabled: true, keep: 2 } });
  await backups.setPassphrase(passphrase);
  const place = join(dataDir, 'backups');
  expect(backups.folder()).toBe(place);
  mkdirSync(place);
  const older = ['2020-01-01T00-00-00Z', '2020-01-02T00-00-00Z'].map((time) => `atlassian-proxy-${time}.backup`);
  const ofWrongClock = 'atlassian-proxy-2100-01-01T00-00-00Z.backup';
  for (const name of [...older, ofWrongClock, 'mine.backup', 'notes.txt']) writeFileSync(join(place, name), 'x');
  const made = await backups.backUpNow();
  expect(made).toMatchObject({ ok: true, file: expect.stringMatching(/^atlassian-proxy-.+Z\.backup$/) });
  const { file: name = '' } = made;
  expect(readdirSync(place).sort()).toEqual([older[1], name, 'mine.backup', 'notes.txt']);
  expect(await backups.files()).toMatchObject([
    { name, bytes: made.bytes },
    { name: older[1], bytes: 1 },
  ]);
  const { counts } = await verifyBackup({ file: join(place, name ?? ''), passphrase });
  expect(counts.get('settings')).toBeGreaterThan(0);

  await settings.edit({ backup: { folder: 'elsewhere' } });
  expect(await backups.backUpNow()).toMatchObject({ ok: true });
  expect(existsSync(join(dataDir, 'elsewhere'))).toBe(true);
  expect(failures).toEqual([]);

  const stuck = 'atlassian-proxy-2020-01-03T00-00-00Z.backup';
  await settings.edit({ backup: { keep: 1, folder: 'third' } });
  mkdirSync(join(dataDir, 'third', stuck), { recursive: true });
  writeFileSync(join(dataDir, 'third', older[0] ?? ''), 'x');
  expect(await backups.backUpNow()).toMatchObject({ ok: true });
  expect(readdirSync(join(dataDir, 'third'))).toHaveLength(2);
  expect(failures.splice(0)).toEqual([expect.stringContaining(stuck)]);

  writeFileSync(join(dataDir, 'a-file'), '');
  await settings.edit({ backup: { folder: 'a-file/below' } });
  expect(await backups.backUpNow()).toMatchObject({
    ok: false,
    file: null,
    message: expect.stringContaining('a-file'),
  });
  expect(failures).toHaveLength(1);
  expect(backups.state()).toMatchObject({ last: { ok: false }, hasPassphrase: true });
});
