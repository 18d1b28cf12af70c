import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AdminApp, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;
const passphrase = 'the passphrase of the backups';

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

it('a backup needs a passphrase, which is never shown again', async () => {
  expect((await client.call('GET', '/backup')).body).toEqual({
    enabled: false,
    hasPassphrase: false,
    isRunning: false,
    folder: '/backups',
    last: null,
    lastSuccessAt: null,
    nextAt: null,
    files: [{ name: 'a.backup', bytes: 3, at: 4 }],
  });
  expect(await client.call('POST', '/backup/run')).toMatchObject({ status: 409 });
  const wrong = await client.call('POST', '/backup/passphrase', { body: { password: 'wrong', passphrase } });
  expect(wrong).toMatchObject({ body: { error: { code: 'wrong_password' } } });
  expect(await client.call('POST', '/backup/passphrase', { body: { password, passphrase } })).toMatchObject({
    status: 204,
  });
  const run = await client.call('POST', '/backup/run');
  expect(run.body).toMatchObject({ ok: true, file: 'made.backup', bytes: 5, message: '' });
  await client.call('PATCH', '/settings', { body: { backup: { enabled: true, hour: 3 } } });
  const shown = await client.call('GET', '/backup');
  expect(shown.body).toMatchObject({ enabled: true, hasPassphrase: true, last: { ok: true } });
  const audit = await client.call('GET', '/audit');
  expect(audit.text).toContain('backup.passphrase');
  expect(shown.text + run.text + audit.text + app.log()).not.toContain(passphrase);
  expect(await app.store.backups.loadPassphrase()).toBe(passphrase);
});
