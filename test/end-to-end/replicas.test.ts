import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { createSharedDatabase, hasPostgres, hasRedis } from '../support/shared-services.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const message = { model, messages: [{ role: 'user', content: 'Hello' }] };
const soon = { timeout: 10_000, interval: 50 };
/** A change at one replica applies to the others within a second; a busy machine takes longer. */
const withinSecond = { timeout: 4000, interval: 20 };
const status = z.object({
  sharingTrouble: z.string().nullable(),
  replicas: z.array(z.object({ name: z.string(), version: z.string(), requests: z.number(), isSharing: z.boolean() })),
});

const withId = z.object({ id: z.string() });

const ask = (bench: TestBench, key: string, body: object = message) =>
  fetch(`${bench.baseURL}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const statusOf = async (bench: TestBench) => status.parse((await bench.admin('GET', '/status')).body);

/** Replicas of one gateway with one upstream. */
async function startReplicas(count: number, environment: Readonly<Record<string, string>>): Promise<TestBench[]> {
  const first = await startTestBench(environment);
  const others = Array.from({ length: count - 1 }, () =>
    startTestBench({ ...environment, ATLASSIAN_ORIGIN: first.simulator.origin }),
  );
  return [first, ...(await Promise.all(others))];
}

describe.skipIf(!hasPostgres || !hasRedis)('three replicas on PostgreSQL and Redis', () => {
  let redis: RedisServer;
  let benches: TestBench[];
  let a: TestBench;
  let b: TestBench;
  let c: TestBench;

  beforeAll(async () => {
    redis = await startRedisServer();
    benches = await startReplicas(3, {
      DATABASE_URL: await createSharedDatabase(),
      REDIS_URL: redis.url,
      SECRET_KEY: 'a secret of all replicas',
    });
    [a, b, c] = benches as [TestBench, TestBench, TestBench];
    await a.addCredential('me@example.com');
  });
  afterAll(async () => {
    await Promise.all(benches.map((bench) => bench.close()));
    await redis.close();
  });

  it('know each other', async () => {
    await vi.waitFor(async () => expect((await statusOf(b)).replicas).toHaveLength(3), soon);
    const { sharingTrouble, replicas } = await statusOf(b);
    expect(sharingTrouble).toBeNull();
    expect(replicas.every(({ isSharing }) => isSharing)).toBe(true);
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${c.origin}/metrics`)).text();
      expect(metrics).toMatch(/^atlassian_proxy_replicas 3$/m);
      expect(metrics).toMatch(/^atlassian_proxy_limits_not_shared 0$/m);
    }, soon);
  });

  it('have a session in common, wherever it began', async () => {
    const cookie = await a.cookie();
    for (const bench of [b, c]) {
      const response = await fetch(`${bench.origin}/admin/api/keys`, { headers: { cookie } });
      expect(response.status).toBe(200);
    }
  });

  it('have each change in force within a second: keys, models, settings, credentials', async () => {
    const { id, key } = await a.generateKey('changing');
    for (const bench of benches) expect((await ask(bench, key)).status).toBe(200);
    await a.admin('PATCH', `/keys/${id}`, { enabled: false });
    for (const bench of [b, c])
      await vi.waitFor(async () => expect((await ask(bench, key)).status).toBe(401), withinSecond);
    await b.admin('PATCH', `/keys/${id}`, { enabled: true });
    for (const bench of [a, c])
      await vi.waitFor(async () => expect((await ask(bench, key)).status).toBe(200), withinSecond);
    await c.admin('PATCH', `/models/${encodeURIComponent(model)}`, { aliases: ['mine'] });
    for (const bench of [a, b]) {
      await vi.waitFor(
        async () => expect((await ask(bench, key, { ...message, model: 'mine' })).status).toBe(200),
        withinSecond,
      );
    }
    await a.admin('PATCH', '/settings', { pool: { strategy: 'weighted' } });
    for (const bench of [b, c]) {
      await vi.waitFor(async () => {
        expect((await bench.admin('GET', '/settings')).body).toMatchObject({ pool: { strategy: 'weighted' } });
      }, withinSecond);
    }
    const added = await b.addCredential('second@example.com');
    for (const bench of [a, c]) {
      await vi.waitFor(async () => {
        expect(JSON.stringify((await bench.admin('GET', '/credentials')).body)).toContain(added);
      }, withinSecond);
    }
    await b.admin('DELETE', `/credentials/${added}`);
  });

  it('keep a key to its limits together', async () => {
    const limited = await a.generateKey('limited', { limits: { requestsPerMinute: 10 } });
    await vi.waitFor(async () => expect((await ask(c, limited.key)).status).toBe(200), soon);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => ask([a, b, c][index % 3] ?? a, limited.key)),
    );
    expect(answers.filter(({ status: code }) => code === 200)).toHaveLength(9);
    expect(answers.filter(({ status: code }) => code === 429)).toHaveLength(21);
  });

  it('keep a key to its requests at once together', async () => {
    a.simulator.control.setDefault({ 'first-byte': 600 });
    const { key } = await a.generateKey('at once', { limits: { concurrentRequests: 4 } });
    await vi.waitFor(async () => expect((await ask(b, key)).status).toBe(200), soon);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => ask([a, b, c][index % 3] ?? a, key)));
    a.simulator.control.reset();
    expect(answers.filter(({ status: code }) => code === 200)).toHaveLength(4);
  });

  it('keep a credential to its requests at once together, and learn of each other what it answers', async () => {
    const { credentials } = z
      .object({ credentials: z.array(withId) })
      .parse((await a.admin('GET', '/credentials')).body);
    const { id } = credentials[0] ?? expect.unreachable();
    await b.admin('PATCH', `/credentials/${id}`, { maxConcurrency: 2 });
    const { key } = await a.generateKey('crowd');
    await vi.waitFor(async () => expect((await ask(c, key)).status).toBe(200), soon);
    await vi.waitFor(async () => {
      for (const bench of benches) {
        expect((await bench.admin('GET', `/credentials`)).body).toMatchObject({ credentials: [{ maxConcurrency: 2 }] });
      }
    }, soon);
    a.simulator.control.reset();
    a.simulator.control.setDefault({ 'first-byte': 30 });
    const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => ask([a, b, c][index % 3] ?? a, key)));
    expect(answers.map(({ status: code }) => code)).toEqual(answers.map(() => 200));
    expect(a.simulator.control.state().credentials).toMatchObject([{ peakInFlight: 2 }]);

    a.simulator.control.setDefault({ status: 429, 'retry-after': 60 });
    expect((await ask(a, key)).status).toBe(429);
    a.simulator.control.reset();
    for (const bench of [b, c]) {
      await vi.waitFor(async () => {
        expect((await bench.admin('GET', '/credentials')).body).toMatchObject({
          credentials: [{ state: { name: 'cooling', cause: 'rate' } }],
        });
      }, withinSecond);
    }
    await c.admin('POST', `/credentials/${id}/reset`);
    for (const bench of [a, b]) {
      await vi.waitFor(async () => expect((await ask(bench, key)).status).toBe(200), withinSecond);
    }
    await b.admin('PATCH', `/credentials/${id}`, { maxConcurrency: null });
  });

  it('know the responses that another one keeps, of the same key, and restarted ones do, too', async () => {
    const [own, other] = [await a.generateKey('chained'), await a.generateKey('strange')];
    const respond = (bench: TestBench, key: string, body: object) =>
      fetch(`${bench.baseURL}/responses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, ...body }),
      });
    let previous: string | undefined;
    for (const [turn, bench] of [a, b, a, c].entries()) {
      if (turn === 3) await c.restart();
      const answer = await vi.waitUntil(async () => {
        const response = await respond(bench, own.key, {
          input: `turn ${turn}`,
          previous_response_id: previous ?? null,
        });
        return response.status === 200 && response;
      }, soon);
      previous = withId.parse(await answer.json()).id;
    }
    const sent = JSON.stringify(a.simulator.control.lastRequest().body);
    for (const turn of [0, 1, 2, 3]) expect(sent).toContain(`turn ${turn}`);
    const stranger = await respond(b, other.key, { input: 'Hi', previous_response_id: previous });
    expect(stranger.status).toBe(400);
    const forgotten = await fetch(`${b.baseURL}/responses/${previous}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${own.key}` },
    });
    expect(forgotten.status).toBe(200);
    const show = () => fetch(`${c.baseURL}/responses/${previous}`, { headers: { authorization: `Bearer ${own.key}` } });
    await vi.waitFor(async () => expect((await show()).status).toBe(404), soon);
  });

  it('let Claude think on over tool calls, wherever a conversation goes on', async () => {
    const thinker = 'anthropic:claude-sonnet-4-5@20250929';
    const call = z.looseObject({ id: z.string() });
    const answer = z.object({
      choices: z.tuple([z.object({ message: z.looseObject({ role: z.string(), tool_calls: z.array(call).min(1) }) })]),
    });
    await a.useOnlyRoute(thinker, 'vertex-anthropic');
    a.simulator.control.reset();
    a.simulator.control.setDefault({ strict: 'vendor', 'tool-calls': 'always' });
    const { key } = await a.generateKey('thinking');
    await vi.waitFor(async () => expect((await ask(c, key)).status).toBe(200), soon);
    a.simulator.control.clearRequests();
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
    const messages: object[] = [{ role: 'user', content: 'What is the weather like?' }];
    for (const bench of [a, b, c]) {
      const response = await ask(bench, key, { model: thinker, messages, tools, reasoning_effort: 'medium' });
      const { role, tool_calls } = answer.parse(await response.json()).choices[0].message;
      messages.push({ role, content: null, tool_calls });
      messages.push(...tool_calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'sunny' })));
    }
    const { body } = a.simulator.control.lastRequest();
    expect(JSON.stringify(body).match(/"type":"thinking","thinking"/g)).toHaveLength(2);
    a.simulator.control.reset();
  });

  it('slow the guessing of the password down together', async () => {
    const guess = (bench: TestBench) =>
      fetch(`${bench.origin}/admin/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
        body: JSON.stringify({ password: 'wrong password' }),
      });
    const codes: number[] = [];
    for (let count = 0; count < 9; count += 1) codes.push((await guess([a, b, c][count % 3] ?? a)).status);
    expect(codes.filter((code) => code === 401).length).toBeLessThanOrEqual(5);
    expect(codes.at(-1)).toBe(429);
  });

  it('count for themselves while Redis is away, say so, and join again', async () => {
    const { key } = await a.generateKey('away', { limits: { requestsPerMinute: 100, tokensPerDay: 1_000_000 } });
    await vi.waitFor(async () => expect((await ask(b, key)).status).toBe(200), soon);
    await redis.stop();
    for (const bench of benches) {
      for (let count = 0; count < 3; count += 1) expect((await ask(bench, key)).status).toBe(200);
      expect(await (await fetch(`${bench.origin}/ready`)).json()).toMatchObject({
        status: 'degraded',
        problems: [expect.stringContaining('Redis does not respond')],
      });
      expect((await statusOf(bench)).sharingTrouble).toContain('Redis does not respond');
      expect(bench.log()).toContain('Redis does not respond');
    }
    await redis.start();
    for (const bench of benches) {
      await vi.waitFor(async () => expect((await statusOf(bench)).sharingTrouble).toBeNull(), soon);
      expect((await ask(bench, key)).status).toBe(200);
      expect(bench.log()).not.toContain('unhandled');
    }
  });
});

describe.skipIf(!hasPostgres)('two replicas on PostgreSQL without Redis', () => {
  it('notice each other, and both say that limits count per replica', async () => {
    const benches = await startReplicas(2, {
      DATABASE_URL: await createSharedDatabase(),
      SECRET_KEY: 'a secret of all replicas',
    });
    try {
      for (const bench of benches) {
        await vi.waitFor(
          async () => expect((await statusOf(bench)).sharingTrouble).toContain('REDIS_URL is not set'),
          soon,
        );
        expect(bench.log()).toContain('REDIS_URL is not set: each replica counts limits separately');
        expect(await (await fetch(`${bench.origin}/metrics`)).text()).toMatch(/^atlassian_proxy_limits_not_shared 1$/m);
      }
      await benches[1]?.stop();
      await vi.waitFor(
        async () => expect((await statusOf(benches[0] ?? expect.unreachable())).sharingTrouble).toBeNull(),
        soon,
      );
    } finally {
      await Promise.all(benches.map((bench) => bench.close()));
    }
  });

  it('agree on one first password', async () => {
    const environment = { DATABASE_URL: await createSharedDatabase(), SECRET_KEY: 'a secret of all replicas' };
    const benches = await Promise.all([startTestBench(environment), startTestBench(environment)]);
    for (const bench of benches) expect((await bench.admin('GET', '/keys')).status).toBe(200);
    await Promise.all(benches.map((bench) => bench.close()));
  });
});
