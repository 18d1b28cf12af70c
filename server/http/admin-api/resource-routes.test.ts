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

const idOf = (body: unknown) => z.object({ id: z.string() }).parse(body).id;
const firstOf = <Schema extends z.ZodType>(body: unknown, name: string, item: Schema): z.output<Schema> => {
  const [first] = z.array(item).parse(z.record(z.string(), z.unknown()).parse(body)[name]);
  if (first === undefined) throw new Error(`no ${name}`);
  return first;
};

/** Neither an answer nor the log may ever hold a token, in the clear or as the header that carries it. */
const secretsOf = (email: string, token: string) => [token, Buffer.from(`${email}:${token}`).toString('base64')];

describe('credentials', () => {
  let id = '';

  it('are added, shown masked, edited, tested, reset and deleted', async () => {
    const added = await client.call('POST', '/credentials', {
      body: { email: 'a@example.com', token: ` ${goodToken}\n`, label: 'first', cloudId: '' },
    });
    expect(added).toMatchObject({
      status: 200,
      body: {
        email: 'a@example.com',
        label: 'first',
        maskedToken: 'ATAT…wxyz',
        cloudId: null,
        state: { name: 'ready' },
      },
    });
    id = idOf(added.body);
    expect(app.pool.get(id)?.credential.token).toBe(goodToken);

    const listed = await client.call('GET', '/credentials');
    expect(
      firstOf(listed.body, 'credentials', z.looseObject({ activity: z.array(z.unknown()) })).activity,
    ).toHaveLength(24);
    const edited = await client.call('PATCH', `/credentials/${id}`, { body: { weight: 3, enabled: false } });
    expect(edited).toMatchObject({ status: 200, body: { weight: 3, enabled: false, label: 'first' } });
    await client.call('PATCH', `/credentials/${id}`, { body: { enabled: true } });
    const tested = await client.call('POST', `/credentials/${id}/test`);
    expect(tested.body).toMatchObject({ ok: true, credits: { monthlyTotal: 350 }, sites: [{ cloudId: 'site-1' }] });
    expect(await client.call('POST', `/credentials/${id}/reset`)).toMatchObject({ status: 200, body: { id } });
    for (const answer of [added, listed, edited, tested]) {
      for (const secret of secretsOf('a@example.com', goodToken)) expect(answer.text).not.toContain(secret);
    }
  });

  it('go invalid by a bad test and come back with a new token', async () => {
    await client.call('PATCH', `/credentials/${id}`, { body: { token: badToken } });
    expect((await client.call('POST', `/credentials/${id}/test`)).body).toMatchObject({ ok: false, status: 401 });
    const state = { name: 'invalid' };
    const { body } = await client.call('GET', '/credentials');
    expect(firstOf(body, 'credentials', z.looseObject({}))).toMatchObject({ state });
    const { body: mended } = await client.call('PATCH', `/credentials/${id}`, { body: { token: goodToken } });
    expect(mended).toMatchObject({ state: { name: 'ready' } });
  });

  it('are tried out before they are saved', async () => {
    const before = app.pool.list().length;
    const body = { email: 'b@example.com', token: badToken };
    const answer = await client.call('POST', '/credentials/try-out', { body });
    expect(answer).toMatchObject({ status: 200, body: { ok: false, status: 401 } });
    expect(answer.text).not.toContain(badToken);
    expect(app.pool.list()).toHaveLength(before);
  });

  it('are imported line by line, with a report', async () => {
    const text = `email,token,label\nb@example.com,${goodToken},b\na@example.com,${goodToken}\nnobody,${goodToken}`;
    const answer = await client.call('POST', '/credentials/import', { body: { text } });
    expect(answer.body).toMatchObject({
      lines: [{ status: 'added', email: 'b@example.com' }, { status: 'duplicate' }, { status: 'invalid' }],
    });
    expect(answer.text).not.toContain(goodToken);
    const large = `# ${'x'.repeat(1_900_000)}`;
    expect((await client.call('POST', '/credentials/import', { body: { text: large } })).status).toBe(200);
  });

  it('are changed in bulk, unknown ones passed over', async () => {
    const ids = app.pool.list().map(({ credential }) => credential.id);
    const disable = await client.call('POST', '/credentials/bulk', {
      body: { ids: [...ids, 'none'], action: 'disable' },
    });
    expect(disable.body).toEqual({ changed: ids.length });
    expect(app.pool.list().every(({ credential }) => !credential.enabled)).toBe(true);
    await client.call('POST', '/credentials/bulk', { body: { ids, action: 'enable' } });
    const removed = await client.call('DELETE', `/credentials/${id}`);
    expect(removed).toMatchObject({ status: 204, text: '' });
    await client.call('POST', '/credentials/bulk', { body: { ids, action: 'delete' } });
    expect(app.pool.list()).toEqual([]);
  });

  const refusals: [string, Route['method'], string, unknown, number, object][] = [
    [
      'a bad email',
      'POST',
      '/credentials',
      { email: 'nobody', token: goodToken },
      400,
      { code: 'invalid_input', field: 'email' },
    ],
    ['no token', 'POST', '/credentials', { email: 'x@example.com' }, 400, { code: 'invalid_input', field: 'token' }],
    ['no body', 'POST', '/credentials', undefined, 400, { code: 'invalid_input' }],
    ['a bad weight', 'PATCH', '/credentials/x', { weight: -1 }, 400, { code: 'invalid_input', field: 'weight' }],
    ['an unknown id', 'PATCH', '/credentials/x', { weight: 1 }, 404, { code: 'not_found' }],
    ['an unknown id to test', 'POST', '/credentials/x/test', undefined, 404, { code: 'not_found' }],
    ['an unknown id to reset', 'POST', '/credentials/x/reset', undefined, 404, { code: 'not_found' }],
    ['an unknown id to delete', 'DELETE', '/credentials/x', undefined, 404, { code: 'not_found' }],
    [
      'an endless id',
      'DELETE',
      `/credentials/${'x'.repeat(65)}`,
      undefined,
      400,
      { code: 'invalid_input', field: 'id' },
    ],
    ['nothing in bulk', 'POST', '/credentials/bulk', { ids: [], action: 'delete' }, 400, { field: 'ids' }],
    ['an unknown action', 'POST', '/credentials/bulk', { ids: ['x'], action: 'sell' }, 400, { field: 'action' }],
  ];
  it.each(refusals)('are refused with %s', async (_what, method, path, body, status, error) => {
    const answer = await client.call(method, path, { body });
    expect(answer).toMatchObject({ status, body: { error } });
    expect(answer.text).not.toContain(goodToken);
  });

  it('are refused with an email that is taken', async () => {
    const body = { email: 'c@example.com', token: goodToken };
    await client.call('POST', '/credentials', { body });
    const answer = await client.call('POST', '/credentials', { body });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict', field: 'email' } } });
  });
});

describe('keys', () => {
  it('are generated, shown once, viewed again with the password, rotated and revoked', async () => {
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

describe('models', () => {
  const builtin = encodeURIComponent('anthropic:claude-3-5-sonnet-v2@20241022');

  it('are listed, turned off and on, and given other names', async () => {
    const edited = await client.call('PATCH', `/models/${builtin}`, { body: { enabled: false, aliases: ['gpt-4o'] } });
    expect(edited.body).toMatchObject({ id: decodeURIComponent(builtin), enabled: false, aliases: ['gpt-4o'] });
    await client.call('PATCH', `/models/${builtin}`, { body: { enabled: true } });
    const { body } = await client.call('GET', '/models');
    const first = firstOf(body, 'models', z.looseObject({ aliases: z.array(z.string()) }));
    expect(first).toMatchObject({
      id: decodeURIComponent(builtin),
      enabled: true,
      aliases: ['gpt-4o'],
      vendor: 'anthropic',
    });
    const connection = await client.call('GET', '/connection', { headers: { host: 'gateway.example' } });
    expect(connection.body).toMatchObject({ baseUrl: 'http://gateway.example/v1' });
  });

  it('are added with any id, and deleted', async () => {
    const longId = `openai:${'m'.repeat(90)}/v1`;
    const prices = { input: 1, output: 2, longPrompt: { above: 1000, input: 2, output: 4 } };
    const added = await client.call('POST', '/models', { body: { id: longId, prices } });
    expect(added).toMatchObject({ status: 200, body: { id: longId, source: 'custom', enabled: true, prices } });
    const path = `/models/${encodeURIComponent(longId)}`;
    const again = await client.call('POST', '/models', { body: { id: longId } });
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'conflict', field: 'id' } } });
    const edited = await client.call('PATCH', path, { body: { fallbacks: [decodeURIComponent(builtin)] } });
    expect(edited.body).toMatchObject({ fallbacks: [decodeURIComponent(builtin)], prices });
    expect((await client.call('DELETE', path)).status).toBe(204);
    expect((await client.call('DELETE', path)).status).toBe(404);
  });

  it.each([
    ['an alias that is a model', { aliases: ['google:gemini-2.0-flash-001'] }, 409, 'aliases'],
    ['an alias that is taken', { aliases: ['gpt-4o'] }, 409, 'aliases'],
    ['a fallback to nothing', { fallbacks: ['none'] }, 400, 'fallbacks'],
    ['a fallback to itself', { fallbacks: ['google:gemini-2.5-pro'] }, 400, 'fallbacks'],
    ['a name with spaces', { aliases: ['a b'] }, 400, 'aliases.0'],
  ])('are refused with %s', async (_what, body, status, field) => {
    const answer = await client.call('PATCH', '/models/google:gemini-2.5-pro', { body });
    expect(answer).toMatchObject({ status, body: { error: { field } } });
  });

  it('of the gateway’s own are not deleted', async () => {
    expect((await client.call('DELETE', `/models/${builtin}`)).status).toBe(409);
  });

  it('are probed with every enabled credential', async () => {
    const [view] = app.pool.list();
    const answer = await client.call('POST', `/models/${builtin}/probe`);
    expect(answer.body).toEqual({
      results: [
        {
          credentialId: view?.credential.id,
          label: 'c@example.com',
          ok: true,
          message: expect.any(String),
          milliseconds: 1,
        },
      ],
    });
  });
});

describe('settings', () => {
  it('are read and changed field by field', async () => {
    const before = (await client.call('GET', '/settings')).body;
    const edited = await client.call('PATCH', '/settings', { body: { pool: { strategy: 'weighted' } } });
    expect(edited.body).toEqual({ ...Object(before), pool: { ...Object(before).pool, strategy: 'weighted' } });
    expect((await client.call('GET', '/settings')).body).toEqual(edited.body);
    const bad = await client.call('PATCH', '/settings', { body: { timeouts: { connect: 1 } } });
    expect(bad).toMatchObject({ status: 400, body: { error: { field: 'timeouts.connect' } } });
  });

  it('move to another gateway under a passphrase, which adds and changes nothing that is there', async () => {
    const { secret } = await app.keys.generate({ name: 'moved', limits: { tokensPerDay: 9 } });
    await client.call('POST', '/models', { body: { id: 'custom:moved', prices: { input: 1, output: 2 } } });
    const passphrase = 'a long passphrase';
    const wrong = await client.call('POST', '/settings/export', { body: { password: 'wrong', passphrase } });
    expect(wrong.status).toBe(401);
    const exported = await client.call('POST', '/settings/export', { body: { password, passphrase } });
    const { file } = z.object({ file: z.string() }).parse(exported.body);
    for (const text of [secret, goodToken, 'c@example.com']) {
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
      expect(imported.body).toEqual({ credentials: 1, keys: 1, models: 2, settings: true });
      expect(other.keys.verify(secret)).toMatchObject({ name: 'moved', limits: { tokensPerDay: 9, models: null } });
      expect(other.pool.list()[0]?.credential).toMatchObject({ email: 'c@example.com', token: goodToken });
      const settings = (await there.call('GET', '/settings')).body;
      expect(settings).toMatchObject({ pool: { strategy: 'weighted', maxAttempts: 2 } });
      const again = await there.call('POST', '/settings/import', { body: { file, passphrase } });
      expect(again.body).toEqual({ credentials: 0, keys: 0, models: 0, settings: false });
    } finally {
      await other.close();
    }
  });

  it.each(['{}', 'nonsense', '{"format":"atlassian-proxy-export","version":2}'])(
    'do not take %s for an export',
    async (file) => {
      const answer = await client.call('POST', '/settings/import', { body: { file, passphrase: 'a long passphrase' } });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    },
  );
});

describe('the audit log', () => {
  it('has what was done, newest first, without secrets', async () => {
    const { body, text } = await client.call('GET', '/audit?limit=200');
    const { items } = z.object({ items: z.array(z.looseObject({ action: z.string() })) }).parse(body);
    const actions = new Set(items.map((item) => item.action));
    for (const action of [
      'session.login',
      'credential.add',
      'credential.edit',
      'credential.delete',
      'credential.import',
      'credential.disable',
      'key.generate',
      'key.reveal',
      'key.rotate',
      'key.revoke',
      'model.add',
      'model.edit',
      'model.delete',
      'model.probe',
      'settings.edit',
      'settings.export',
    ]) {
      expect(actions).toContain(action);
    }
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
