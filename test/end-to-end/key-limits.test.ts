import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
let bench: TestBench;

beforeAll(async () => {
  bench = await startTestBench();
  await bench.addCredential('a@example.com');
});
afterAll(() => bench.close());

async function chat(key: string, body: object = {}): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${bench.baseURL}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], ...body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

it('tells how the limits stand, on answers and on refusals', async () => {
  const { key } = await bench.generateKey('bounded', { limits: { requestsPerMinute: 2, tokensPerMinute: 100_000 } });
  const first = await chat(key);
  expect(first.status).toBe(200);
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'x-ratelimit-limit-requests': '2',
    'x-ratelimit-remaining-requests': '1',
    'x-ratelimit-limit-tokens': '100000',
  });
  const streamed = await chat(key, { stream: true });
  expect(streamed.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  const refused = await chat(key);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  expect(JSON.parse(refused.text)).toMatchObject({ error: { message: expect.stringContaining('Limit 2') } });
});

it('refuses models and addresses that a key is not for', async () => {
  const { key: other } = await bench.generateKey('models', { limits: { models: ['google:gemini-2.0-flash-001'] } });
  expect(await chat(other)).toMatchObject({ status: 403, text: expect.stringContaining(model) });
  const { key: elsewhere } = await bench.generateKey('addresses', { limits: { addresses: ['192.0.2.0/24'] } });
  expect((await chat(elsewhere)).status).toBe(403);
  const { key: here } = await bench.generateKey('here', { limits: { addresses: ['127.0.0.0/8'], models: [model] } });
  expect((await chat(here)).status).toBe(200);
});

it('lets no more through when 200 come at once', async () => {
  const { key } = await bench.generateKey('crowd', { limits: { requestsPerMinute: 20, concurrentRequests: 50 } });
  const answers = await Promise.all(Array.from({ length: 200 }, () => chat(key)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(180);
});

// Reported of other gateways: BerriAI/litellm#34732, garrytan/gbrain#4365, askalf/dario#1378.
it('R18: lets about one in when thirty come at once for a budget of dollars that one of them uses up', async () => {
  bench.simulator.control.setDefault({ 'first-byte': 300, 'input-tokens': 1000, 'output-tokens': 100 });
  const { key } = await bench.generateKey('dollars', { limits: { dollarsPerDay: 0.001 } });
  const answers = await Promise.all(Array.from({ length: 30 }, () => chat(key)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(refused).toHaveLength(29);
  for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(2);
  bench.simulator.control.reset();
});

it('spends a budget once, and knows of it after a restart', async () => {
  const { key } = await bench.generateKey('budget', { limits: { tokensPerDay: 30 } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => chat(key)));
  const spent = answers.filter(({ status }) => status === 200);
  expect(spent.length).toBeGreaterThan(0);
  expect(spent.length).toBeLessThan(20);
  while ((await chat(key)).status === 200);
  expect(await chat(key)).toMatchObject({ status: 429, text: expect.stringContaining('budget') });
  await bench.restart();
  expect((await chat(key)).status).toBe(429);
});
