import { getEventListeners } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { checkCredits, listSites, testCredential } from './account.ts';
import type { UpstreamAccount } from './account-headers.ts';
import { createUpstreamClient, type UpstreamClient } from './client.ts';
import { startHttpServer } from './testing/http-server.ts';

let simulator: Simulator;
let client: UpstreamClient;
const closers: (() => Promise<void>)[] = [];

const clientOf = (origin: string, firstByte = 10_000) =>
  createUpstreamClient({ origin, timeouts: () => ({ connect: 5000, firstByte, wholeAnswer: 5000, silence: 5000 }) });

beforeAll(async () => {
  simulator = await startSimulator();
  client = clientOf(simulator.origin);
});
afterAll(async () => {
  await client.close();
  await simulator.close();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const account = (tags = ''): UpstreamAccount => ({
  email: `owner${tags}@example.com`,
  token: 'ATATT-secret-token',
  cloudId: null,
});

/** A client for a server that returns this response on every route. */
async function clientWithAnswer(status: number, body: string): Promise<UpstreamClient> {
  const server = await startHttpServer((_request, response) => response.writeHead(status).end(body));
  const own = clientOf(server.origin);
  closers.push(
    () => server.close(),
    () => own.close(),
  );
  return own;
}

const unknownBalance = {
  monthlyTotal: null,
  monthlyUsed: null,
  monthlyRemaining: null,
  dailyTotal: null,
  dailyUsed: null,
  dailyRemaining: null,
};

describe('credits', () => {
  test.each([
    ['+credits_monthly', { status: 'ok', balance: { monthlyTotal: 2000, dailyTotal: null } }],
    ['+credits_daily', { status: 'ok', balance: { monthlyTotal: null, dailyTotal: expect.any(Number) } }],
    ['+credits_blocked', { status: 'blocked', message: expect.any(String) }],
    ['+credits_rate-limited', { status: 'rate-limited' }],
    ['+credits_unknown', { status: 'unknown' }],
    ['+credits_empty', {}],
  ])('of owner%s', async (tags, expected) => {
    const credits = await checkCredits(client, account(tags));
    expect(credits).toMatchObject(expected);
    expect(Object.keys(credits.balance)).toEqual(Object.keys(unknownBalance));
  });

  test.each([
    ['+credits_unauthorized', { kind: 'upstream-unavailable', fault: 'token', upstreamStatus: 401 }],
    ['+credits_unavailable', { fault: 'transient' }],
  ])('of owner%s cannot be had', async (tags, expected) => {
    await expect(checkCredits(client, account(tags))).rejects.toMatchObject(expected);
  });

  test('are not waited for after an abort, and leave no listener behind', async () => {
    const { signal } = new AbortController();
    await checkCredits(client, account(), signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const leaving = new AbortController();
    const check = checkCredits(client, account('+credits_hang'), leaving.signal);
    leaving.abort();
    await expect(check).rejects.toMatchObject({ fault: 'client' });
    await expect(checkCredits(client, account(), leaving.signal)).rejects.toMatchObject({ fault: 'client' });
  });

  test('are not waited for longer than the timeout', async () => {
    const impatient = clientOf(simulator.origin, 50);
    closers.push(() => impatient.close());
    await expect(checkCredits(impatient, account('+credits_hang'))).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('with only a status', async () => {
    expect(await checkCredits(await clientWithAnswer(200, '{"status":"OK"}'), account())).toEqual({
      status: 'ok',
      balance: unknownBalance,
      message: null,
      retryAfterSeconds: null,
    });
  });

  test('figures as text, a message with a secret in it', async () => {
    const body = {
      status: 'NEW',
      balance: { dailyUsed: '3', dailyTotal: null },
      message: 'for ATATT-secret-token',
      retryAfterSeconds: 5,
    };
    expect(await checkCredits(await clientWithAnswer(200, JSON.stringify(body)), account())).toEqual({
      status: 'unknown',
      balance: { ...unknownBalance, dailyUsed: 3 },
      message: 'for [redacted]',
      retryAfterSeconds: 5,
    });
  });

  test('a 403 with the same body is accepted', async () => {
    const body = '{"status":"USER_BLOCKED","message":"Not for you","balance":{"monthlyRemaining":0}}';
    expect(await checkCredits(await clientWithAnswer(403, body), account())).toMatchObject({
      status: 'blocked',
      message: 'Not for you',
      balance: { monthlyRemaining: 0 },
    });
  });

  test.each(['PRODUCT_NOT_INSTALLED', 'FEATURE_DISABLED_PAID_ONLY', 'USER_NOT_AUTHORIZED_FOR_AI', 'CLI_DISABLED'])(
    'a 200 may say that the account is not entitled: %s',
    async (status) => {
      const body = JSON.stringify({ status, message: 'Ask your admin' });
      expect(await checkCredits(await clientWithAnswer(200, body), account())).toMatchObject({
        status: 'blocked',
        message: 'Ask your admin',
      });
    },
  );

  test.each([
    [403, '{"message":"Forbidden"}', { kind: 'permission', fault: 'route' }],
    [403, '<html>Firewall</html>', { kind: 'permission', fault: 'route' }],
    [200, '<html>Sign in</html>', { fault: 'transient' }],
    [200, 'x'.repeat(2_000_000), { fault: 'transient' }],
  ])('%i that is none', async (status, body, expected) => {
    await expect(checkCredits(await clientWithAnswer(status, body), account())).rejects.toMatchObject(expected);
  });
});

describe('sites', () => {
  test('of the simulator', async () => {
    expect(await listSites(client, account('+sites_two'))).toHaveLength(2);
    expect(await listSites(client, account('+sites_empty'))).toEqual([]);
    await expect(listSites(client, account('+sites_unauthorized'))).rejects.toMatchObject({ fault: 'token' });
  });

  test('sites with a plan first, entries that are not sites left out', async () => {
    const body = {
      sites: [
        { siteId: 'a', siteUrl: 'https://a' },
        null,
        { siteUrl: 'x' },
        { siteId: 'b', hasActiveRovoDevSKU: true, isTrial: true },
      ],
    };
    expect(await listSites(await clientWithAnswer(200, JSON.stringify(body)), account())).toEqual([
      { siteId: 'b', siteUrl: '', active: true, trial: true },
      { siteId: 'a', siteUrl: 'https://a', active: false, trial: false },
    ]);
  });

  test.each(['', '[]', '{}', '{"sites":null}', '<html>'])('none in %j', async (body) => {
    expect(await listSites(await clientWithAnswer(200, body), account())).toEqual([]);
  });
});

describe('a test of a credential', () => {
  test('reports credits and sites', async () => {
    expect(await testCredential(client, account())).toMatchObject({
      credits: { status: 'ok' },
      sites: [{ active: true }],
    });
  });

  test('succeeds without sites', async () => {
    expect(await testCredential(client, account('+sites_unavailable'))).toMatchObject({
      credits: { status: 'ok' },
      sites: [],
    });
  });

  test('fails with an invalid token', async () => {
    await expect(testCredential(client, account('+invalid'))).rejects.toMatchObject({ fault: 'token' });
  });
});
