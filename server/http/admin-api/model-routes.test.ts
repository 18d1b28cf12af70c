import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AdminApp, goodToken, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient, firstOf } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

describe('models', () => {
  const builtin = encodeURIComponent('anthropic:claude-3-5-sonnet-v2@20241022');

  it('are listed, enabled, disabled, and given aliases', async () => {
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
    expect(connection.body).toMatchObject({ baseUrl: 'http://gateway.example/v1', loopbackOnly: true });
  });

  it('keep both of two changes at the same time', async () => {
    const path = '/models/concurrent-model';
    expect((await client.call('POST', '/models', { body: { id: 'concurrent-model' } })).status).toBe(200);
    const changes = [{ aliases: ['one-name'] }, { contextWindow: 5000 }, { maxOutputTokens: 7 }, { enabled: false }];
    await Promise.all(changes.map((body) => client.call('PATCH', path, { body })));
    const { body } = await client.call('PATCH', path, { body: {} });
    expect(body).toMatchObject(Object.assign({}, ...changes));
    const twins = Array.from({ length: 3 }, () => client.call('POST', '/models', { body: { id: 'twin' } }));
    expect((await Promise.all(twins)).map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    for (const id of ['concurrent-model', 'twin']) await client.call('DELETE', `/models/${id}`);
  });

  it.each([
    ['prices.input', { input: 1_000_001, output: 1 }],
    ['prices.cacheWrite', { input: 1, output: 1, cacheWrite: 1e300 }],
    ['prices.longPrompt.output', { input: 1, output: 1, longPrompt: { above: 1000, input: 1, output: 1e7 } }],
  ])('has bounded prices: %s', async (field, prices) => {
    const refused = await client.call('POST', '/models', { body: { id: 'dear', prices } });
    const message = `${field}: must be at most 1,000,000 US dollars per million tokens`;
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_input', field, message } } });
  });

  it('can be added with any id, and deleted', async () => {
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

  it('show their endpoints, which can be reordered, disabled, renamed, and reset', async () => {
    const derived = [
      { route: 'vertex-anthropic', upstreamModel: 'claude-3-5-sonnet-v2@20241022', enabled: true },
      { route: 'bedrock-anthropic', upstreamModel: 'anthropic.claude-3-5-sonnet-20241022-v2:0', enabled: true },
      { route: 'unified', upstreamModel: 'claude-3-5-sonnet-v2@20241022', enabled: true },
    ];
    const listed = await client.call('GET', '/models');
    expect(listed.body).toMatchObject({
      routes: expect.arrayContaining([{ name: 'unified', dialect: 'openai-chat' }]),
    });
    expect((await client.call('PATCH', `/models/${builtin}`, { body: {} })).body).toMatchObject({
      endpoints: derived,
      fixedOrder: false,
    });
    const endpoints = derived.toReversed().map((one, index) => ({ ...one, enabled: index > 0 }));
    const edited = await client.call('PATCH', `/models/${builtin}`, { body: { endpoints } });
    expect(edited.body).toMatchObject({ endpoints, fixedOrder: true });
    const again = await client.call('PATCH', `/models/${builtin}`, { body: { aliases: ['gpt-4o'] } });
    expect(again.body).toMatchObject({ endpoints });
    const reset = await client.call('PATCH', `/models/${builtin}`, { body: { endpoints: null } });
    expect(reset.body).toMatchObject({ endpoints: derived, fixedOrder: false });
  });

  it('get default endpoints for any id', async () => {
    const guess = await client.call('GET', `/models/${encodeURIComponent('house:claude-opus-9')}/endpoints`);
    expect(guess.body).toEqual({
      endpoints: [
        { route: 'vertex-anthropic', upstreamModel: 'claude-opus-9', enabled: true },
        { route: 'bedrock-anthropic', upstreamModel: 'anthropic.claude-opus-9-v1', enabled: true },
        { route: 'unified', upstreamModel: 'claude-opus-9', enabled: true },
      ],
    });
  });

  it.each([
    ['an endpoint on no route', [{ route: 'teleport', upstreamModel: 'x', enabled: true }]],
    ['all endpoints off', [{ route: 'unified', upstreamModel: 'x', enabled: false }]],
    [
      'the same endpoint twice',
      [
        { route: 'unified', upstreamModel: 'x', enabled: true },
        { route: 'unified', upstreamModel: 'x', enabled: false },
      ],
    ],
  ])('are refused with %s', async (_what, endpoints) => {
    const answer = await client.call('PATCH', '/models/google:gemini-2.5-pro', { body: { endpoints } });
    expect(answer).toMatchObject({ status: 400, body: { error: { field: 'endpoints' } } });
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

  it('cannot be deleted if they are built in', async () => {
    expect((await client.call('DELETE', `/models/${builtin}`)).status).toBe(409);
  });

  it('are probed with every enabled credential', async () => {
    const view = await app.pool.add({ email: 'c@example.com', token: goodToken });
    const answer = await client.call('POST', `/models/${builtin}/probe`);
    expect(answer.body).toEqual({
      results: ['vertex-anthropic', 'bedrock-anthropic', 'unified'].map((route) => ({
        credentialId: view.credential.id,
        label: 'c@example.com',
        route,
        ok: true,
        message: `asked ${view.credential.id} for ${decodeURIComponent(builtin)} by ${route}`,
        milliseconds: 1,
      })),
    });
  });
});
