import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Route } from '../../../contract/route.ts';
import { type AdminApp, badToken, goodToken, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

describe('settings', () => {
  it('are read and changed field by field', async () => {
    const before = (await client.call('GET', '/settings')).body;
    const edited = await client.call('PATCH', '/settings', { body: { pool: { strategy: 'weighted' } } });
    expect(edited.body).toEqual({ ...Object(before), pool: { ...Object(before).pool, strategy: 'weighted' } });
    expect((await client.call('GET', '/settings')).body).toEqual(edited.body);
    const bad = await client.call('PATCH', '/settings', { body: { timeouts: { connect: 0 } } });
    expect(bad).toMatchObject({ status: 400, body: { error: { field: 'timeouts.connect' } } });
  });

  it('can be exported to another gateway with a passphrase, without changing existing entries', async () => {
    const { secret } = await app.keys.generate({ name: 'moved', limits: { tokensPerDay: 9 } });
    const tokenExpiresAt = Date.UTC(2099, 0, 1);
    await app.pool.add({ email: 'c@example.com', token: goodToken, tokenExpiresAt });
    const hook = { kind: 'webhook', name: 'Hook', values: { url: 'https://a.example/secret-hook' } };
    const { id } = z
      .object({ id: z.string() })
      .parse((await client.call('POST', '/alerts/channels', { body: hook })).body);
    await client.call('PATCH', `/alerts/channels/${id}`, { body: { enabled: false } });
    await client.call('PATCH', '/alerts', { body: { quietMinutes: 7 } });
    await client.call('PATCH', '/settings', { body: { backup: { hour: 5 } } });
    await client.call('PATCH', '/models/google:gemini-2.5-pro', { body: { enabled: true } });
    await client.call('POST', '/models', { body: { id: 'custom:moved', prices: { input: 1, output: 2 } } });
    const passphrase = 'a long passphrase';
    const wrong = await client.call('POST', '/settings/export', { body: { password: 'wrong', passphrase } });
    expect(wrong.status).toBe(401);
    const exported = await client.call('POST', '/settings/export', { body: { password, passphrase } });
    const { file } = z.object({ file: z.string() }).parse(exported.body);
    for (const text of [secret, goodToken, 'c@example.com', 'secret-hook']) {
      expect(file).not.toContain(text);
      expect(file).not.toContain(Buffer.from(text).toString('base64').slice(0, -4));
    }

    const other = await startAdminApp();
    try {
      const there = createClient(other);
      await there.login(password);
      const refused = await there.call('POST', '/settings/import', { body: { file, passphrase: 'another one' } });
      expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_input', field: 'passphrase' } } });
      expect(other.pool.list()).toEqual([]);
      await there.call('PATCH', '/settings', { body: { pool: { maxAttempts: 2 } } });
      const imported = await there.call('POST', '/settings/import', { body: { file, passphrase } });
      expect(imported.body).toEqual({ credentials: 1, keys: 1, models: 2, channels: 1, settings: true });
      expect(other.keys.verify(secret)).toMatchObject({ name: 'moved', limits: { tokensPerDay: 9, models: null } });
      expect(other.pool.list()[0]?.credential).toMatchObject({
        ...{ email: 'c@example.com', token: goodToken, tokenExpiresAt },
      });
      const { channels, settings: alertSettings } = await other.store.alerts.load();
      expect(channels).toMatchObject([{ ...hook, enabled: false }]);
      expect(alertSettings).toMatchObject({ quietMinutes: 7 });
      const settings = (await there.call('GET', '/settings')).body;
      expect(settings).toMatchObject({ pool: { strategy: 'weighted', maxAttempts: 2 }, backup: { hour: 5 } });
      const again = await there.call('POST', '/settings/import', { body: { file, passphrase } });
      expect(again.body).toEqual({ credentials: 0, keys: 0, models: 0, channels: 0, settings: false });
    } finally {
      await other.close();
    }
  }, 30_000);

  it.each(['{}', 'nonsense', '{"format":"atlassian-proxy-export","version":2}'])(
    'do not take %s for an export',
    async (file) => {
      const answer = await client.call('POST', '/settings/import', { body: { file, passphrase: 'a long passphrase' } });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input', field: 'file' } } });
    },
  );
});

describe('the audit log', () => {
  const deeds: readonly [string, Route['method'], string, object?][] = [
    ['credential.add', 'POST', '/credentials', { email: 'd@example.com', token: badToken, label: 'd' }],
    ['credential.edit', 'PATCH', '/credentials/{d}', { token: goodToken }],
    ['credential.test', 'POST', '/credentials/{d}/test'],
    ['credential.disable', 'POST', '/credentials/bulk', { ids: ['none'], action: 'disable' }],
    ['credential.import', 'POST', '/credentials/import', { text: `e@example.com:${goodToken}` }],
    ['credential.delete', 'DELETE', '/credentials/{d}'],
    ['key.generate', 'POST', '/keys', { name: 'k' }],
    ['key.edit', 'PATCH', '/keys/{k}', { enabled: false }],
    ['key.reveal', 'POST', '/keys/{k}/reveal', { password }],
    ['key.rotate', 'POST', '/keys/{k}/rotate'],
    ['key.revoke', 'DELETE', '/keys/{k}'],
    ['model.add', 'POST', '/models', { id: 'custom:audited' }],
    ['model.edit', 'PATCH', '/models/custom:audited', { enabled: false }],
    ['model.probe', 'POST', '/models/custom:audited/probe'],
    ['model.delete', 'DELETE', '/models/custom:audited'],
    ['settings.edit', 'PATCH', '/settings', { pool: { affinity: false } }],
  ];

  it('lists actions, newest first, without secrets', async () => {
    for (const [action, method, path, body] of deeds) {
      const credential = app.pool.list().find(({ credential: { label } }) => label === 'd')?.credential.id ?? '';
      const key = app.keys.list().find(({ name }) => name === 'k')?.id ?? '';
      const answer = await client.call(method, path.replace('{d}', credential).replace('{k}', key), { body });
      expect([action, answer.status]).toEqual([action, answer.status < 300 ? answer.status : 'a success']);
    }
    const { body, text } = await client.call('GET', '/audit?limit=200');
    const { items } = z.object({ items: z.array(z.looseObject({ action: z.string() })) }).parse(body);
    const actions = new Set(items.map((item) => item.action));
    for (const [action] of deeds) expect(actions).toContain(action);
    expect(items.at(-1)).toMatchObject({ action: 'session.login', address: client.address });
    for (const secret of [goodToken, badToken, password, 'sk-'])
      expect(text.replaceAll(/sk-..…/g, '')).not.toContain(secret);
    for (const secret of [goodToken, badToken, password]) expect(app.log()).not.toContain(secret);
  });

  it('pages', async () => {
    const page = z.object({ items: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() });
    const all = page.parse((await client.call('GET', '/audit?limit=200')).body).items;
    const first = page.parse((await client.call('GET', '/audit?limit=2')).body);
    const second = page.parse((await client.call('GET', `/audit?limit=2&cursor=${first.nextCursor}`)).body);
    expect([...first.items, ...second.items]).toEqual(all.slice(0, 4));
    expect((await client.call('GET', '/audit?limit=0')).status).toBe(400);
  });
});
