import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withoutUndefined } from '../../server/lib/without-undefined.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { chat } from '../test-client.ts';

let clock = Date.UTC(2025, 0, 1);
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ now: () => clock });
  return () => simulator.close();
});
afterEach(() => simulator.control.reset());

describe('error bodies', () => {
  const json = 'application/json';
  const text = 'text/plain; charset=utf-8';
  const daily = { dailyTotal: 200, dailyUsed: 0, dailyRemaining: 200 };
  const balance = { monthlyTotal: 2000, monthlyUsed: 0, monthlyRemaining: 2000, ...daily };
  const anthropic = { type: 'error', error: { type: 'rate_limit_error', message: 'M' } };

  test.each([
    ['message', json, { message: 'M' }],
    ['error-message', json, { error: 'Too Many Requests', message: 'M' }],
    ['upstream', json, { upstream: { content: anthropic } }],
    ['openai', json, { error: { message: 'M', type: 'invalid_request_error', param: null, code: 'C' } }],
    ['anthropic', json, anthropic],
    ['google', json, { error: { code: 429, message: 'M', status: 'RESOURCE_EXHAUSTED' } }],
    ['balance', json, { status: 'RATE_LIMITED', balance, message: 'M' }],
    ['blocked', json, { status: 'USER_BLOCKED', message: 'M' }],
    [
      'entitlement',
      json,
      { status: 'USER_BLOCKED', message: 'M', title: expect.any(String), ctaLink: expect.any(String) },
    ],
    ['concurrency', json, { message: 'Too many concurrent requests for this user' }],
    ['google-array', json, [{ error: { code: 429, message: 'M', status: 'RESOURCE_EXHAUSTED' } }]],
    ['daily-limit', json, { status: 'DAILY_LIMIT_EXCEEDED', balance: daily }],
    ['minute-limit', json, { status: 'MINUTE_LIMIT_EXCEEDED', balance: daily }],
    [
      'spring',
      json,
      {
        timestamp: '2025-01-01T00:00:00.000+00:00',
        status: 429,
        error: 'Too Many Requests',
        path: '/rovodev/v2/proxy/ai/v2/beta/chat',
        requestId: expect.any(String),
        message: 'M',
      },
    ],
    ['text', text, 'M'],
    ['usage-resets', text, 'You have used up your credits, usage resets in 29d 31m'],
    ['empty', json, ''],
    ['broken-json', json, '{"message": "M'],
  ])('%s', async (family, contentType, expected) => {
    const answer = await chat(simulator, { knobs: `status=429,error-message=M,error-code=C,error-body=${family}` });
    expect(answer).toMatchObject({ status: 429, headers: { 'content-type': contentType } });
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(typeof expected === 'string' ? answer.text : JSON.parse(answer.text)).toEqual(expected);
  });

  test('an HTML page', async () => {
    const answer = await chat(simulator, { knobs: 'bad-gateway' });
    expect(answer).toMatchObject({ status: 502, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(answer.text).toContain('<h1>502 Bad Gateway</h1>');
  });

  test.each([
    [401, { message: 'Unauthorized' }],
    [403, { status: 'USER_BLOCKED' }],
    [429, { status: 'RATE_LIMITED', balance }],
    [500, { message: 'Simulated failure with status 500' }],
    [529, { message: 'Overloaded' }],
  ])('the usual one of %i', async (status, expected) => {
    const answer = await chat(simulator, { knobs: String(status) });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject(expected);
  });

  test('the usual one of 413 is text', async () => {
    expect(await chat(simulator, { knobs: '413' })).toMatchObject({ status: 413, text: 'Request entity too large' });
  });
});

describe('how long to wait', () => {
  test.each([
    ['status=429,retry-after=7', undefined, 7],
    ['status=503,retry-after=7', '7', undefined],
    ['status=429,error-body=text,retry-after=1.2', '2', undefined],
    ['status=429,retry-after=7,retry-after-in=header', '7', undefined],
    ['status=429,retry-after=60,retry-after-in=date', 'Wed, 01 Jan 2025 00:01:00 GMT', undefined],
    ['status=500,retry-after=7,retry-after-in=body', undefined, 7],
    ['status=429,error-body=openai,retry-after=0.5,retry-after-in=header-and-body', '1', 0.5],
  ])('%s', async (knobs, header, seconds) => {
    const answer = await chat(simulator, { knobs });
    expect(answer.headers['retry-after']).toBe(header);
    if (answer.headers['content-type'] !== 'application/json') return;
    const body: unknown = JSON.parse(answer.text);
    if (seconds === undefined) expect(body).not.toHaveProperty('retryAfterSeconds');
    else expect(body).toHaveProperty('retryAfterSeconds', seconds);
  });
});

describe('failing now and then', () => {
  const statuses = async (count: number, knobs: string, email?: string): Promise<readonly (number | null)[]> => {
    const told: (number | null)[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      told.push((await chat(simulator, { knobs, ...withoutUndefined({ email }) })).status);
    }
    return told;
  };

  test('fail-rate draws the same for a credential each time', async () => {
    const first = await statuses(40, 'status=503,fail-rate=0.5');
    simulator.control.reset();
    expect(await statuses(40, 'status=503,fail-rate=0.5')).toEqual(first);
    expect(await statuses(40, 'status=503,fail-rate=0.5', 'bob@example.com')).not.toEqual(first);
    const failures = first.filter((status) => status === 503).length;
    expect(failures).toBeGreaterThan(10);
    expect(failures).toBeLessThan(30);
  });

  test('fail-rate=0 never fails', async () => {
    expect(await statuses(5, 'status=503,fail-rate=0')).toEqual([200, 200, 200, 200, 200]);
  });

  test('fail-first counts the requests of each credential', async () => {
    expect(await statuses(3, 'status=503,fail-first=2')).toEqual([503, 503, 200]);
    expect(await statuses(3, 'status=503,fail-first=1', 'bob@example.com')).toEqual([503, 200, 200]);
  });

  test('fail-for ends with time', async () => {
    expect(await statuses(1, 'status=503,fail-for=30')).toEqual([503]);
    clock += 29_999;
    expect(await statuses(1, 'status=503,fail-for=30')).toEqual([503]);
    clock += 1;
    expect(await statuses(1, 'status=503,fail-for=30')).toEqual([200]);
  });

  test('it holds for breaks too', async () => {
    expect(await statuses(2, 'reset,fail-first=1')).toEqual([null, 200]);
  });
});
