import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../json.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { basic, chat, send, streamChat } from '../test-client.ts';

let clock = 0;
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ now: () => clock });
  return () => simulator.close();
});
afterEach(() => {
  simulator.control.reset();
  clock = 0;
});

const email = 'alice@example.com';

async function account(
  route: 'credits/check' | 'sites',
  knobs = '',
  who = email,
): Promise<{ status: number | null; body: unknown }> {
  const headers = { authorization: basic(who), ...(knobs !== '' && { 'x-simulate': knobs }) };
  const answer = await send(simulator, { path: `/rovodev/v3/${route}`, headers });
  return { status: answer.status, body: parseJson(answer.text) };
}

describe('limits', () => {
  test('requests at once, by credential', async () => {
    simulator.control.setCredential(email, { concurrency: 1 });
    const leaving = new AbortController();
    const first = streamChat(simulator, { knobs: 'silence=forever', signal: leaving.signal });
    await simulator.control.waitForState((state) => state.inFlight === 1);
    expect(await chat(simulator)).toMatchObject({
      status: 429,
      text: '{"message":"Too many concurrent requests for this user"}',
    });
    expect((await chat(simulator, { email: 'bob@example.com' })).status).toBe(200);
    leaving.abort();
    await first;
    await simulator.control.waitForState((state) => state.inFlight === 0);
    expect((await chat(simulator)).status).toBe(200);
    expect(simulator.control.state().credentials).toContainEqual(
      expect.objectContaining({ email, requests: 3, inFlight: 0, peakInFlight: 2 }),
    );
  });

  test('credits in a window', async () => {
    simulator.control.setCredential(email, { quota: 3, 'quota-window': 60, 'credit-cost': 1.5 });
    expect((await chat(simulator)).status).toBe(200);
    clock = 15_500;
    expect((await chat(simulator)).status).toBe(200);
    const refused = await chat(simulator);
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text)).toMatchObject({
      status: 'RATE_LIMITED',
      retryAfterSeconds: 45,
      balance: { dailyTotal: 3, dailyUsed: 3, dailyRemaining: 0 },
    });
    expect((await account('credits/check')).body).toMatchObject({
      status: 'RATE_LIMITED',
      balance: { dailyRemaining: 0 },
      retryAfterSeconds: 45,
    });
    clock = 60_000;
    expect((await chat(simulator)).status).toBe(200);
  });

  test('credits of a month', async () => {
    simulator.control.setCredential(email, { 'monthly-credits': 1 });
    expect((await chat(simulator)).status).toBe(200);
    expect(await chat(simulator)).toMatchObject({
      status: 429,
      text: expect.stringContaining('usage resets in 29d 31m'),
    });
  });

  test('exhausted for a time, told by both endpoints', async () => {
    const who = 'bob+exhausted-for_30@example.com';
    clock = 1_000;
    expect((await chat(simulator, { email: who })).text).toContain('"retryAfterSeconds":30');
    clock = 21_000;
    expect((await chat(simulator, { email: who })).text).toContain('"retryAfterSeconds":10');
    expect((await account('credits/check', '', who)).body).toMatchObject({
      status: 'RATE_LIMITED',
      retryAfterSeconds: 10,
    });
    clock = 31_000;
    expect((await chat(simulator, { email: who })).status).toBe(200);
    expect((await account('credits/check', '', who)).body).toMatchObject({ status: 'OK' });
  });

  test('setting a credential starts its time anew', async () => {
    expect((await chat(simulator)).status).toBe(200);
    clock = 50_000;
    simulator.control.setCredential(email, { 'exhausted-for': 10 });
    expect((await chat(simulator)).text).toContain('"retryAfterSeconds":10');
  });

  test('an account without a limit never runs dry', async () => {
    for (let turn = 0; turn < 3; turn += 1)
      expect((await chat(simulator, { knobs: 'credit-cost=900' })).status).toBe(200);
    expect((await account('credits/check')).body).toMatchObject({
      status: 'OK',
      balance: { monthlyUsed: 700, dailyUsed: 100 },
    });
  });

  test('a refused request costs nothing', async () => {
    await chat(simulator, { knobs: '503' });
    await chat(simulator);
    expect((await account('credits/check')).body).toMatchObject({
      balance: { monthlyUsed: 1, monthlyRemaining: 1999, dailyUsed: 1 },
    });
  });
});

describe('credits', () => {
  test.each([
    ['auto', 200, { status: 'OK', balance: { dailyTotal: 200, monthlyTotal: 2000 } }],
    ['empty', 200, { status: 'OK', balance: {} }],
    ['unknown', 200, { status: 'UNKNOWN' }],
    ['blocked', 403, { status: 'USER_BLOCKED', message: expect.any(String) }],
    ['rate-limited', 200, { status: 'RATE_LIMITED', retryAfterSeconds: 60, balance: { dailyRemaining: 0 } }],
    [
      'full',
      200,
      {
        status: 'OK',
        message: null,
        modelUsages: { 'Claude Sonnet 4.6': 2394221 },
        userCreditLimits: { limits: { monthlyCreditAllocation: 2000, monthlyCreditCap: null } },
      },
    ],
    ['nulls', 200, { status: 'OK', balance: { dailyTotal: null }, modelUsages: null }],
    ['nothing', 200, {}],
    ['not-entitled', 200, { status: 'USER_BLOCKED', title: expect.any(String), balance: { dailyTotal: 200 } }],
    ['forbidden,entitlement=CLI_DISABLED', 403, { status: 'CLI_DISABLED', ctaLink: expect.any(String) }],
    ['html', 403, undefined],
    ['unauthorized', 401, { message: 'Unauthorized' }],
    ['unavailable', 503, { message: 'Service unavailable' }],
  ])('%s', async (credits, status, body) => {
    expect(await account('credits/check', `credits=${credits}`)).toMatchObject({ status, body });
  });

  test.each(['daily', 'monthly'])('%s fields only', async (period) => {
    const { body } = await account('credits/check', `credits=${period}`);
    const names = ['Total', 'Used', 'Remaining'].map((name) => `${period}${name}`);
    expect(Object.keys(Object(body).balance).sort()).toEqual(names.sort());
  });

  test('an invalid token', async () => {
    const answer = await send(simulator, {
      path: '/rovodev/v3/credits/check',
      headers: { authorization: basic(email, 'invalid') },
    });
    expect(answer.status).toBe(401);
  });

  test('presets reach the account too', async () => {
    expect((await account('credits/check', '', 'a+blocked@b.c')).status).toBe(403);
    expect((await account('credits/check', '', 'a+401@b.c')).status).toBe(401);
    expect((await account('credits/check', '', 'a+503@b.c')).status).toBe(200);
  });

  test('never an answer', async () => {
    const leaving = new AbortController();
    const answer = send(simulator, {
      path: '/rovodev/v3/credits/check',
      headers: { 'x-simulate': 'credits=hang' },
      signal: leaving.signal,
    });
    await simulator.control.waitForRequest((request) => request.route === 'credits');
    leaving.abort();
    expect((await answer).status).toBeNull();
    await simulator.control.waitForRequest((request) => request.outcome === 'aborted-by-client');
  });
});

describe('sites', () => {
  test('one, the same each time, another for another email', async () => {
    const first = await account('sites');
    expect(first.body).toEqual({
      sites: [
        {
          siteId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          siteUrl: 'https://alice-1.atlassian.net',
          hasActiveRovoDevSKU: true,
          isTrial: false,
        },
      ],
    });
    expect(await account('sites')).toEqual(first);
    expect(await account('sites', '', 'bob@example.com')).not.toEqual(first);
  });

  test.each([
    ['two', 200, { sites: [{ hasActiveRovoDevSKU: false }, { hasActiveRovoDevSKU: true }] }],
    ['inactive', 200, { sites: [{ hasActiveRovoDevSKU: false }] }],
    ['empty', 200, { sites: [] }],
    ['nothing', 200, {}],
    ['everywhere', 200, { sites: [{ hasActiveRovoDevSKU: false, hasActiveRovoDevEverywhereEligibleSKU: true }] }],
    ['unauthorized', 401, {}],
    ['unavailable', 503, {}],
  ])('%s', async (sites, status, body) => {
    expect(await account('sites', `sites=${sites}`)).toMatchObject({ status, body });
  });
});
