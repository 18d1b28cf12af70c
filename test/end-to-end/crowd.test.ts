import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readChatCompletion, readChatError, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const credentialList = z.object({
  credentials: z.array(
    z.object({ id: z.string(), email: z.string(), state: z.looseObject({ name: z.string(), inFlight: z.number() }) }),
  ),
});

describe('many at once', () => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.admin('PATCH', '/settings', { pool: { affinity: false } });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    for (const { id } of await credentials()) await bench.admin('DELETE', `/credentials/${id}`);
    await bench.admin('PATCH', '/settings', { pool: { queueSize: 1000, queueTimeout: 30_000 } });
  });

  async function credentials(): Promise<z.infer<typeof credentialList>['credentials']> {
    return credentialList.parse((await bench.admin('GET', '/credentials')).body).credentials;
  }

  async function add(name: string, settings: object = {}): Promise<string> {
    const id = await bench.addCredential(`${name}@example.com`);
    await bench.admin('PATCH', `/credentials/${id}`, settings);
    return id;
  }

  const ask = (index: number, signal?: AbortSignal) =>
    bench.chat(
      { model, stream: index % 2 === 0, messages: [{ role: 'user', content: `question ${index}` }] },
      signal === undefined ? {} : { signal },
    );

  /** The simulator may still know credentials of the previous test, because deleted ones may just have been probed. */
  const peakOf = (email: string) =>
    bench.simulator.control.state().credentials.find((credential) => credential.email === email)?.peakInFlight;

  const counts = async () => (await credentials()).reduce((sum, { state }) => sum + state.inFlight, 0);

  it('are all answered, each with its own answer, whatever befalls some credentials', async () => {
    const { control } = bench.simulator;
    await add('limited', { maxConcurrency: 3 });
    await add('good');
    for (const name of ['invalid', 'flaky', 'narrow']) await add(name);
    control.setDefault({ pace: 2 });
    control.setCredential('invalid@example.com', { status: 401 });
    control.setCredential('flaky@example.com', { status: 503, 'fail-rate': 0.5 });
    control.setCredential('narrow@example.com', { concurrency: 2, pace: 2 });
    const total = 200;
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < total; index = next++) {
        const response = await ask(index);
        const body = await response.text();
        expect(response.status, body).toBe(200);
        const { choices } = index % 2 === 0 ? readChatStream(body) : readChatCompletion(body);
        expect(choices[0]?.text).toBe(`You said: question ${index}`);
      }
    };
    await Promise.all(Array.from({ length: 40 }, worker));
    expect(peakOf('limited@example.com')).toBeLessThanOrEqual(3);
    expect(control.requests({ kind: 'model' }).length).toBeLessThanOrEqual(total * 1.3);
    expect(control.requests({ email: 'invalid@example.com', kind: 'model' }).length).toBeLessThanOrEqual(10);
    expect(await counts()).toBe(0);
  });

  it('wait for a place when there is none, and are served in the order they came', async () => {
    await add('single', { maxConcurrency: 1 });
    bench.simulator.control.next({ 'first-byte': 600 });
    const answers: Promise<Response>[] = [];
    for (let index = 0; index < 6; index += 1) {
      answers.push(ask(index));
      await vi.waitFor(async () => expect(await waiting()).toBe(index + 1), 10_000);
    }
    for (const answer of answers) expect((await answer).status).toBe(200);
    const asked = bench.simulator.control.requests({ kind: 'model' }).map(({ bodyText }) => bodyText);
    expect(asked.map((text) => /question \d/.exec(text ?? '')?.[0])).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => `question ${index}`),
    );
    expect(peakOf('single@example.com')).toBe(1);
  });

  async function waiting(): Promise<number> {
    const overview = await bench.admin('GET', '/overview');
    const { pool } = z.object({ pool: z.object({ waiting: z.number(), inFlight: z.number() }) }).parse(overview.body);
    return pool.waiting + pool.inFlight;
  }

  it('are told when to come back, when waiting takes too long or too many wait', async () => {
    await add('single', { maxConcurrency: 1 });
    await bench.admin('PATCH', '/settings', { pool: { queueSize: 1, queueTimeout: 200 } });
    bench.simulator.control.setDefault({ 'first-byte': 800 });
    const served = ask(1);
    await bench.simulator.control.waitForState(({ inFlight }) => inFlight === 1);
    const others = await Promise.all([ask(3), ask(5)]);
    for (const response of others) {
      expect([429, 503]).toContain(response.status);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(response.headers.get('x-should-retry')).toBe('true');
      readChatError(await response.text());
    }
    expect((await served).status).toBe(200);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
  });

  it('that disconnect while waiting leave nothing behind', async () => {
    await add('single', { maxConcurrency: 1 });
    bench.simulator.control.next({ 'first-byte': 500 });
    const served = ask(1);
    await bench.simulator.control.waitForState(({ inFlight }) => inFlight === 1);
    const leaving = new AbortController();
    const gone = ask(3, leaving.signal);
    await vi.waitFor(async () => expect(await waiting()).toBe(2), 10_000);
    leaving.abort();
    await expect(gone).rejects.toThrow();
    await vi.waitFor(async () => expect(await waiting()).toBe(1), 10_000);
    expect((await served).status).toBe(200);
    expect((await ask(5)).status).toBe(200);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(2);
    expect(await counts()).toBe(0);
  });

  it('are told the earliest way out when every credential cools down', async () => {
    await add('one');
    await add('two');
    await bench.admin('PATCH', '/settings', { pool: { queueTimeout: 100 } });
    bench.simulator.control.setCredential('one@example.com', { status: 429, 'retry-after': 40 });
    bench.simulator.control.setCredential('two@example.com', { status: 429, 'retry-after': 20 });
    await ask(1);
    const response = await ask(3);
    expect(response.status).toBe(429);
    const seconds = Number(response.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(15);
    expect(seconds).toBeLessThanOrEqual(20);
    // Each credential is tried at most once per route: the second request benefits from what the first one learned.
    const attempts = bench.simulator.control.requests({ kind: 'model' });
    const pairs = new Set(attempts.map(({ email, route }) => `${email} ${route}`));
    expect(pairs.size).toBe(attempts.length);
    expect(new Set(attempts.map(({ email }) => email)).size).toBe(2);
  });
});
