import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AdminApp, badToken, goodToken, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;

beforeEach(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterEach(() => app.close());

it('returns the findings, whether or not the database is writable', async () => {
  await app.pool.add({ email: 'good@example.com', token: goodToken, label: 'mine' });
  await app.pool.add({ email: 'bad@example.com', token: badToken });
  const found = (await client.call('POST', '/doctor')).body;
  expect(found).toMatchObject({
    findings: [
      { check: 'clock', state: 'good' },
      { check: 'database', parameters: { engine: 'SQLite', credentials: '2' } },
      { check: 'account', subject: 'mine', state: 'good' },
      { check: 'credits', subject: 'mine', code: 'credits-left', parameters: { remaining: '340', total: '350' } },
      { check: 'site', subject: 'mine', code: 'site-good', parameters: { site: 'https://a.example' } },
      { check: 'account', subject: 'bad@example.com', state: 'bad', code: 'account-refused' },
    ],
  });
  app.breakStorage();
  expect((await client.call('POST', '/doctor')).status).toBe(200);
  expect((await client.call('POST', '/keys', { body: { name: 'new' } })).status).toBe(503);
});

it('shows the cost of checking the routes in advance', async () => {
  expect((await client.call('GET', '/doctor/routes')).body).toEqual({ plan: null });
  expect((await client.call('POST', '/doctor/routes')).status).toBe(404);
  await app.pool.add({ email: 'good@example.com', token: goodToken });
  await app.pool.test(app.pool.list()[0]?.credential.id ?? '', new AbortController().signal);
  expect((await client.call('GET', '/doctor/routes')).body).toEqual({
    plan: { credential: 'good@example.com', requests: 7, dollars: expect.any(Number) },
  });
  const { body } = await client.call('POST', '/doctor/routes');
  expect(body).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'route', subject: 'vertex-anthropic', state: 'good' }),
      {
        check: 'route',
        subject: 'unified',
        state: 'warn',
        code: 'route-failed',
        parameters: { reason: '403: asked by unified' },
      },
    ]),
  });
});

it('is only available to the admin', async () => {
  const stranger = createClient(app);
  for (const [method, path] of [
    ['POST', '/doctor'],
    ['GET', '/doctor/routes'],
    ['POST', '/doctor/routes'],
  ] as const) {
    expect((await stranger.call(method, path)).status).toBe(401);
  }
});
