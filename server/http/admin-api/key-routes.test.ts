import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
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

describe('keys', () => {
  it('are generated, shown once, revealed with the password, rotated and revoked', async () => {
    const body = {
      name: 'mine',
      limits: { requestsPerMinute: 5, addresses: ['10.0.0.0/8'] },
      expiresAt: 4_000_000_000_000,
    };
    const generated = await client.call('POST', '/keys', { body });
    const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(generated.body);
    expect(generated.body).toMatchObject({
      limits: { requestsPerMinute: 5, models: null },
      activity: new Array(14).fill(0),
    });
    expect(app.keys.verify(key).name).toBe('mine');
    const listed = await client.call('GET', '/keys');
    expect(listed.text).toContain(`${key.slice(0, 5)}…${key.slice(-4)}`);
    expect(listed.text).not.toContain(key);
    expect(listed.text).not.toContain(app.keys.get(id)?.hash);

    const wrong = await client.call('POST', `/keys/${id}/reveal`, { body: { password: 'wrong' } });
    expect(wrong).toMatchObject({ status: 401, body: { error: { code: 'wrong_password' } } });
    expect(wrong.text).not.toContain(key);
    expect((await client.call('POST', `/keys/${id}/reveal`, { body: { password } })).body).toEqual({ key });

    const edited = await client.call('PATCH', `/keys/${id}`, { body: { limits: { models: ['a'] }, expiresAt: null } });
    expect(edited.body).toMatchObject({ limits: { requestsPerMinute: 5, models: ['a'] }, expiresAt: null });
    expect(edited.text).not.toContain(key);
    const { key: rotated } = z
      .object({ key: z.string() })
      .parse((await client.call('POST', `/keys/${id}/rotate`)).body);
    expect(() => app.keys.verify(key)).toThrow();
    expect(app.keys.verify(rotated).id).toBe(id);
    expect((await client.call('DELETE', `/keys/${id}`)).status).toBe(204);
    expect(() => app.keys.verify(rotated)).toThrow();
    expect(app.log()).not.toContain(key);
  });

  it.each([
    ['no name', { name: ' ' }, 'name'],
    ['a limit of nothing', { name: 'x', limits: { tokensPerDay: 0 } }, 'limits.tokensPerDay'],
    ['no address', { name: 'x', limits: { addresses: ['10.0.0.0/33'] } }, 'limits.addresses.0'],
    ['a budget without bounds', { name: 'x', limits: { dollarsPerDay: 1e300 } }, 'limits.dollarsPerDay'],
    ['half a limit', { name: 'x', limits: { tokensPerDay: 1.5 } }, 'limits.tokensPerDay'],
  ])('are refused with %s', async (_what, body, field) => {
    const answer = await client.call('POST', '/keys', { body });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input', field } } });
  });

  it.each([
    ['PATCH', '/keys/x', {}],
    ['POST', '/keys/x/rotate', undefined],
    ['DELETE', '/keys/x', undefined],
    ['POST', '/keys/x/reveal', { password }],
  ] as const)('%s %s knows none of that id', async (method, path, body) => {
    expect((await client.call(method, path, { body })).status).toBe(404);
  });
});
