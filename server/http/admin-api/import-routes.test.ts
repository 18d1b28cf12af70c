import { afterAll, beforeAll, expect, it } from 'vitest';
import { allSecrets, goDatabase, goKey, lineFile } from '../../import/testing/sources.ts';
import { type AdminApp, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

const upload = [...goDatabase(), lineFile].map(({ name, bytes }) => ({
  name,
  content: Buffer.from(bytes).toString('base64'),
}));
const statuses = [
  ['credential', 'a@example.com'],
  ['credential', 'b@example.com'],
  ['key', 'sk-01…cdef'],
] as const;

it('files of other programs are previewed, then imported, and nothing is added twice', async () => {
  const shown = await client.call('POST', '/import/plan', { body: { files: upload } });
  expect(shown).toMatchObject({
    status: 200,
    body: {
      lines: [
        ...statuses.map(([what, name]) => ({ file: 'credentials.db', what, name, status: 'new' })),
        // The admin already has a password.
        { what: 'password', status: 'present' },
        { file: 'tokens.txt', place: 'line 2', status: 'repeated' },
        { file: 'tokens.txt', place: 'line 3', status: 'repeated' },
      ],
    },
  });
  expect(app.pool.list()).toEqual([]);
  const applied = await client.call('POST', '/import/apply', { body: { files: upload } });
  expect(applied.body).toMatchObject({
    lines: [...statuses.map(([what]) => ({ what, status: 'added' })), {}, {}, {}],
  });
  expect(app.keys.verify(goKey)).toBeDefined();
  const again = await client.call('POST', '/import/apply', { body: { files: upload } });
  expect(again.body).toMatchObject({
    lines: expect.not.arrayContaining([expect.objectContaining({ status: 'added' })]),
  });
  const audit = await client.call('GET', '/audit');
  expect(audit.body).toMatchObject({ items: [{ action: 'import.run' }, { action: 'session.login' }] });
  for (const secret of allSecrets) {
    expect(shown.text + applied.text + again.text + audit.text + app.log()).not.toContain(secret);
  }
  expect(await app.admin.account.isPassword(password)).toBe(true);
});

it.each([
  ['no files', { files: [] }],
  ['what is no base64', { files: [{ name: 'x', content: '%%%' }] }],
  ['a URL in their place', { from: 'postgres://x' }],
])('is refused with %s', async (_what, body) => {
  expect(await client.call('POST', '/import/apply', { body })).toMatchObject({ status: 400 });
});

it('rejects a large body of small values before it is parsed', async () => {
  const body = { files: Array.from({ length: 200_000 }, () => ({})) };
  const { status, text } = await client.call('POST', '/import/plan', { body });
  expect(status).toBe(400);
  expect(text).toContain('too many JSON values');
});
