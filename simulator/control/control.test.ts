import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { basic, chat, type RawAnswer, send, streamChat, unifiedPath } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});
afterEach(() => simulator.control.reset());

describe('recorded requests', () => {
  test('hold what came and what became of it', async () => {
    await streamChat(simulator, {
      model: 'sim-x#chunks=3',
      email: 'bob+pace_1@example.com',
      headers: { 'x-own': 'a' },
    });
    const request = await simulator.control.waitForOutcome('completed');
    expect(request).toEqual({
      number: 1,
      kind: 'model',
      route: 'unified',
      method: 'POST',
      path: unifiedPath,
      headers: expect.objectContaining({ 'x-own': 'a', authorization: basic('bob+pace_1@example.com') }),
      body: {
        request_payload: { messages: [{ role: 'user', content: 'hello wide world' }], stream: true },
        platform_attributes: { model: 'sim-x#chunks=3' },
      },
      bodyText: expect.stringMatching(/^\{"request_payload":/),
      bodyBytes: expect.any(Number),
      email: 'bob+pace_1@example.com',
      model: 'sim-x',
      settings: { chunks: 3, pace: 1 },
      startedAt: expect.any(Number),
      endedAt: expect.any(Number),
      outcome: 'completed',
      status: 200,
      chunksSent: 5,
    });
  });

  test('filter by what they are', async () => {
    await chat(simulator, { knobs: '503' });
    await chat(simulator, { email: 'bob@example.com' });
    await send(simulator, { path: '/rovodev/v3/sites' });
    expect(simulator.control.requests()).toHaveLength(3);
    expect(simulator.control.requests({ kind: 'account' })).toMatchObject([
      { route: 'sites', email: 'alice@example.com', model: null },
    ]);
    expect(simulator.control.requests({ email: 'bob@example.com', kind: 'model' })).toHaveLength(1);
    expect(simulator.control.lastRequest()).toMatchObject({ number: 2, status: 200 });
    simulator.control.clearRequests();
    expect(() => simulator.control.lastRequest()).toThrow('no model request');
  });

  test('waiting ends with an error that says for what', async () => {
    await expect(simulator.control.waitForOutcome('failed', null, { timeoutMs: 5 })).rejects.toThrow(
      'waited 5 ms in vain',
    );
  });

  test('are bounded, and long bodies are left out', async () => {
    const small = await startSimulator({ keptRequests: 2, keptBodyBytes: 200, keptTotalBytes: 1_000 });
    for (const content of ['a', 'b', 'c'.repeat(300)]) {
      await chat(small, { payload: { messages: [{ role: 'user', content }] } });
    }
    expect(small.control.requests().map(({ number, bodyText }) => [number, bodyText === null])).toEqual([
      [2, false],
      [3, true],
    ]);
    expect(small.control.state().requests).toBe(3);
    await small.close();
    const tight = await startSimulator({ keptTotalBytes: 250 });
    for (const content of ['a', 'b', 'c']) await chat(tight, { payload: { messages: [{ role: 'user', content }] } });
    expect(tight.control.requests().map(({ number }) => number)).toEqual([2, 3]);
    await tight.close();
  });
});

describe('behaviours by control', () => {
  test('default, model and credential', async () => {
    simulator.control.setDefault({ status: 500 });
    simulator.control.setModel('sim-a', { status: 502 });
    simulator.control.setCredential('bob@example.com', { status: 503 });
    const bob = 'bob@example.com';
    const statuses = [
      await chat(simulator),
      await chat(simulator, { model: 'sim-a' }),
      await chat(simulator, { model: 'sim-a', email: bob }),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([500, 502, 503]);
    simulator.control.setCredential(bob, null);
    simulator.control.setModel('sim-a', null);
    simulator.control.setDefault({});
    expect((await chat(simulator, { model: 'sim-a', email: bob })).status).toBe(200);
  });

  test('next: one for each of the following model requests', async () => {
    simulator.control.next({ status: 503 }, {}, { text: 'third' });
    await send(simulator, { path: '/rovodev/v3/sites' });
    expect((await chat(simulator)).status).toBe(503);
    expect((await chat(simulator)).status).toBe(200);
    expect((await chat(simulator)).text).toContain('"text":"third"');
    expect((await chat(simulator)).text).not.toContain('third');
  });

  test('reset forgets it all', async () => {
    simulator.control.setDefault({ status: 500 });
    simulator.control.next({ status: 501 });
    simulator.control.allowOnly([]);
    await chat(simulator);
    simulator.control.reset();
    expect(simulator.control.state()).toEqual({ requests: 0, inFlight: 0, credentials: [] });
    expect((await chat(simulator)).text).toContain('"id":"sim-1"');
  });
});

describe('the control endpoint', () => {
  const call = (method: string, path: string, body?: unknown): Promise<RawAnswer> =>
    send(simulator, { method, path: `/__simulator/${path}`, body });

  test('lists calls and knobs', async () => {
    expect(JSON.parse((await call('GET', '')).text)).toMatchObject({
      calls: expect.arrayContaining(['GET state']),
      knobs: { pace: { initial: 0 }, usage: { allowed: 'last | every | trailing | response-payload | none | zeros' } },
    });
  });

  test('sets and clears behaviours', async () => {
    expect((await call('PUT', 'behaviours/default', { status: 500 })).status).toBe(204);
    expect((await call('PUT', 'behaviours/credentials/bob%2Bpace_1%40example.com', { status: 502 })).status).toBe(204);
    expect((await call('PUT', 'behaviours/models/sim-a', { pace: 2 })).status).toBe(204);
    expect((await call('PUT', 'behaviours/next', [{ status: 503 }])).status).toBe(204);
    expect(JSON.parse((await call('GET', 'behaviours')).text)).toEqual({
      default: { status: 500 },
      models: { 'sim-a': { pace: 2 } },
      credentials: { 'bob+pace_1@example.com': { status: 502 } },
      next: [{ status: 503 }],
      script: [],
    });
    expect((await chat(simulator)).status).toBe(503);
    expect((await chat(simulator, { email: 'bob+pace_1@example.com' })).status).toBe(502);
    await call('DELETE', 'behaviours/credentials/bob%2Bpace_1%40example.com');
    expect((await chat(simulator, { email: 'bob+pace_1@example.com' })).status).toBe(500);
    await call('DELETE', 'behaviours/default');
    expect((await chat(simulator)).status).toBe(200);
  });

  test.each([
    ['PUT', 'behaviours/default', { paec: 1 }, 'unknown knob \\"paec\\"'],
    ['PUT', 'behaviours/next', [{ pace: 'x' }], 'body[0]: knob \\"pace\\"'],
    ['PUT', 'behaviours/next', {}, 'expected a list'],
    ['PUT', 'behaviours/else', {}, 'behaviours need default'],
    ['PUT', 'credentials', {}, 'expected a list'],
  ])('%s %s with a wrong body', async (method, path, body, message) => {
    expect(await call(method, path, body)).toMatchObject({ status: 400, text: expect.stringContaining(message) });
  });

  test('tells and forgets requests, tells the state', async () => {
    await chat(simulator);
    await chat(simulator, { email: 'bob@example.com' });
    expect(JSON.parse((await call('GET', 'requests?limit=1')).text)).toMatchObject({
      total: 2,
      requests: [{ number: 2 }],
    });
    expect(JSON.parse((await call('GET', 'requests?email=alice@example.com')).text)).toMatchObject({
      requests: [{ number: 1 }],
    });
    expect(JSON.parse((await call('GET', 'requests/2')).text)).toMatchObject({ number: 2, email: 'bob@example.com' });
    expect((await call('GET', 'requests/3')).status).toBe(404);
    expect(JSON.parse((await call('GET', 'state')).text)).toMatchObject({
      requests: 2,
      credentials: [{ totalCredits: 1 }, {}],
    });
    await call('DELETE', 'requests');
    expect(JSON.parse((await call('GET', 'requests')).text)).toEqual({ total: 0, requests: [] });
  });

  test('allows some credentials only, then any, and resets', async () => {
    await call('PUT', 'credentials', [{ email: 'bob@example.com', token: 'token' }]);
    expect((await chat(simulator)).status).toBe(401);
    expect((await chat(simulator, { email: 'bob@example.com' })).status).toBe(200);
    await call('DELETE', 'credentials');
    expect((await chat(simulator)).status).toBe(200);
    await call('POST', 'reset');
    expect(simulator.control.state().requests).toBe(0);
    expect((await call('GET', 'nothing')).status).toBe(404);
  });
});

describe('a client that leaves', () => {
  test('is noticed at once and the answer stops', async () => {
    await streamChat(simulator, { knobs: 'pace=20,chunks=1000', leaveWhen: (text) => text.includes('said') });
    const request = await simulator.control.waitForOutcome('aborted-by-client');
    expect(request.chunksSent).toBeLessThan(200);
    expect(simulator.control.state().inFlight).toBe(0);
  });

  test('does not read: the simulator waits instead of filling memory', async () => {
    const leaving = new AbortController();
    const answer = fetch(`${simulator.origin}${unifiedPath}`, {
      method: 'POST',
      headers: { authorization: basic(), 'x-simulate': 'chunks=100000,envelope-fields=full' },
      body: JSON.stringify({
        request_payload: { messages: [{ role: 'user', content: 'x' }], stream: true },
        platform_attributes: { model: 'sim-x' },
      }),
      signal: leaving.signal,
    });
    await answer;
    for (let turn = 0; turn < 5; turn += 1) await chat(simulator, { email: 'bob@example.com' });
    const [stalled] = simulator.control.requests({ email: 'alice@example.com' });
    expect(stalled).toMatchObject({ outcome: 'in-flight' });
    expect(stalled?.chunksSent).toBeLessThan(100_000);
    leaving.abort();
    await simulator.control.waitForOutcome('aborted-by-client');
  });
});
