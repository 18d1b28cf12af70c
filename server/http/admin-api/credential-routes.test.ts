import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Route } from '../../../contract/route.ts';
import { type AdminApp, badToken, goodToken, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient, firstOf } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

const idOf = (body: unknown) => z.object({ id: z.string() }).parse(body).id;

/** Neither responses nor logs may contain a token, in plain text or as a Basic `Authorization` header. */
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

  it('show every upstream route, which can be probed at a known cost, and reset', async () => {
    const routes = [
      'vertex-anthropic',
      'bedrock-anthropic',
      'vertex-gemini',
      'gemini-chat',
      'openai-chat',
      'openai-responses',
    ];
    const state = {
      routes: [...routes, 'unified'].map((route) => ({ route, name: 'unknown', inFlight: 0, models: [] })),
    };
    expect((await client.call('POST', `/credentials/${id}/reset`)).body).toMatchObject({ state });
    const plan = await client.call('GET', '/credentials/route-probes');
    expect(firstOf(plan.body, 'probes', z.looseObject({ dollars: z.number() }))).toMatchObject({
      route: 'vertex-anthropic',
      model: 'anthropic:claude-haiku-4-5@20251001',
      dollars: expect.any(Number),
    });
    const some = await client.call('POST', `/credentials/${id}/probe`, { body: { routes: ['unified'] } });
    expect(some.body).toMatchObject({
      results: [{ route: 'unified', ok: true, message: `asked ${id} for google:gemini-2.0-flash-001 by unified` }],
      credential: { id },
    });
    const all = await client.call('POST', `/credentials/${id}/probe`, { body: {} });
    expect(z.object({ results: z.array(z.unknown()) }).parse(all.body).results).toHaveLength(7);
    const reset = await client.call('POST', `/credentials/${id}/reset-route`, { body: { route: 'unified' } });
    expect(reset).toMatchObject({ status: 200, body: { id } });
    const wrong = await client.call('POST', `/credentials/${id}/reset-route`, { body: { route: 'teleport' } });
    expect(wrong).toMatchObject({ status: 400, body: { error: { field: 'route' } } });
  });

  it('become invalid after a failed test and recover with a new token', async () => {
    await client.call('PATCH', `/credentials/${id}`, { body: { token: badToken } });
    expect((await client.call('POST', `/credentials/${id}/test`)).body).toMatchObject({ ok: false, status: 401 });
    const state = { name: 'invalid' };
    const { body } = await client.call('GET', '/credentials');
    expect(firstOf(body, 'credentials', z.looseObject({}))).toMatchObject({ state });
    const { body: mended } = await client.call('PATCH', `/credentials/${id}`, { body: { token: goodToken } });
    expect(mended).toMatchObject({ state: { name: 'ready' } });
  });

  it('can be tested before they are saved', async () => {
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

  it('come with the days of the alert rule from which an expiry is near', async () => {
    expect((await client.call('GET', '/credentials')).body).toMatchObject({ expiryWarningDays: 14 });
    const rules = { tokenExpiring: { enabled: true, days: 30 } };
    expect((await client.call('PATCH', '/alerts', { body: { rules } })).status).toBe(200);
    expect((await client.call('GET', '/credentials')).body).toMatchObject({ expiryWarningDays: 30 });
  });

  it('are changed in bulk, ignoring unknown ones', async () => {
    const ids = app.pool.list().map(({ credential }) => credential.id);
    const disable = await client.call('POST', '/credentials/bulk', {
      body: { ids: [...ids, 'none'], action: 'disable' },
    });
    expect(disable.body).toEqual({ changed: ids.length });
    expect(app.pool.list().every(({ credential }) => !credential.enabled)).toBe(true);
    await client.call('POST', '/credentials/bulk', { body: { ids, action: 'enable' } });
    const tokenExpiresAt = Date.UTC(2099, 0, 1);
    const dated = await client.call('POST', '/credentials/bulk', { body: { ids, action: 'expiry', tokenExpiresAt } });
    expect(dated.body).toEqual({ changed: ids.length });
    const shown = (await client.call('GET', '/credentials')).body;
    expect(shown).toMatchObject({ credentials: ids.map(() => ({ tokenExpiresAt })) });
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
    [
      'a token over two lines',
      'POST',
      '/credentials',
      { email: 'x@example.com', token: `${goodToken}\nrest` },
      400,
      { code: 'invalid_input', field: 'token' },
    ],
    ...['a\r\nx-evil: 1', 'ｃｌｏｕｄ', 'cloud\u200b'].map((cloudId): (typeof refusals)[number] => [
      `the cloud id ${JSON.stringify(cloudId)}, which no header can hold`,
      'POST',
      '/credentials',
      { email: 'x@example.com', token: goodToken, cloudId },
      400,
      { code: 'invalid_input', field: 'cloudId' },
    ]),
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
    [
      'no expiry in bulk',
      'POST',
      '/credentials/bulk',
      { ids: ['x'], action: 'expiry' },
      400,
      { field: 'tokenExpiresAt' },
    ],
    ['an unknown action', 'POST', '/credentials/bulk', { ids: ['x'], action: 'sell' }, 400, { field: 'action' }],
  ];
  it.each(refusals)('are rejected with %s', async (_what, method, path, body, status, error) => {
    const answer = await client.call(method, path, { body });
    expect(answer).toMatchObject({ status, body: { error } });
    expect(answer.text).not.toContain(goodToken);
  });

  it('are rejected with an email that exists', async () => {
    const body = { email: 'c@example.com', token: goodToken };
    await client.call('POST', '/credentials', { body });
    const answer = await client.call('POST', '/credentials', { body });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict', field: 'email' } } });
  });
});
