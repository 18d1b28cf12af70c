import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const own = 'google:gemini-2.0-flash-001';
const other = 'anthropic:claude-3-5-sonnet-v2@20241022';
const list = z.object({ data: z.array(z.object({ id: z.string() })) });

let bench: TestBench;
let key: string;
beforeAll(async () => {
  bench = await startTestBench();
  ({ key } = await bench.generateKey('limited', { limits: { models: [own] } }));
});
afterAll(() => bench.close());

// Reported of other gateways: BerriAI/litellm#1062, diegosouzapw/OmniRoute#781.
it.each([
  ['openai-chat', () => ({ authorization: `Bearer ${key}` })],
  ['anthropic-messages', () => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' })],
] as const)('R06: a limited key sees the models that it may use, and no other (%s)', async (_dialect, headers) => {
  const ask = (path: string) => fetch(`${bench.baseURL}${path}`, { headers: headers() });
  const { data } = list.parse(await (await ask('/models')).json());
  expect(data.map(({ id }) => id)).toEqual([own]);
  expect((await ask(`/models/${own}`)).status).toBe(200);
  expect((await ask(`/models/${other}`)).status).toBe(404);
  expect((await ask(`/models/${encodeURIComponent(other)}`)).status).toBe(404);
});

it('a key that is limited to an alias sees the model by that name', async () => {
  const changed = await bench.admin('PATCH', `/models/${encodeURIComponent(other)}`, { aliases: ['sonnet'] });
  expect(changed.status).toBe(200);
  const { key: aliased } = await bench.generateKey('aliased', { limits: { models: ['sonnet'] } });
  const ask = (path: string) => fetch(`${bench.baseURL}${path}`, { headers: { authorization: `Bearer ${aliased}` } });
  const { data } = list.parse(await (await ask('/models')).json());
  expect(data.map(({ id }) => id)).toEqual(['sonnet']);
  expect((await ask('/models/sonnet')).status).toBe(200);
  expect((await ask(`/models/${own}`)).status).toBe(404);
});

it('a limited key may count the tokens of its own models only', async () => {
  const ask = (model: string) =>
    fetch(`${bench.baseURL}/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': key },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    });
  expect((await ask(own)).status).toBe(200);
  expect((await ask(other)).status).toBe(404);
});

it.each([
  ['GET', '/models', 200],
  ['GET', `/models/${own}`, 200],
  ['POST', '/messages/count_tokens', 200],
  ['GET', '/responses/resp_1', 404],
  ['DELETE', '/responses/resp_1', 404],
])(
  'a key that is limited to addresses is refused from others at every endpoint (%s %s)',
  async (method, path, status) => {
    const message = { model: own, messages: [{ role: 'user', content: 'Hello' }] };
    const ask = async (addresses: readonly string[]) => {
      const limited = await bench.generateKey('at one address', { limits: { addresses } });
      const body = method === 'POST' ? { body: JSON.stringify(message) } : {};
      const headers = { authorization: `Bearer ${limited.key}` };
      return (await fetch(bench.baseURL + path, { method, headers, ...body })).status;
    };
    expect(await ask(['127.0.0.0/8'])).toBe(status);
    expect(await ask(['192.0.2.0/24'])).toBe(403);
  },
);
