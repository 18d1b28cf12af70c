import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalState } from '../shared-state/local/local-state.ts';
import type { Spending } from './budget-accounts.ts';
import { type ApiKey, type KeyLimits, noLimits } from './key.ts';
import { LimitFailure } from './limit-failure.ts';
import { type Admission, createKeyLimiter, type KeyLimiter } from './limits.ts';

const start = Date.UTC(2026, 1, 27, 12);
const hour = 3_600_000;

const keyWith = (limits: Partial<KeyLimits>, id = 'key'): ApiKey => ({
  id,
  name: 'mine',
  hash: '',
  masked: 'sk-Ab…yz12',
  enabled: true,
  createdAt: 0,
  expiresAt: null,
  lastUsedAt: null,
  limits: { ...noLimits, ...limits },
  promptCaching: null,
  contentLoggingUntil: null,
});

let used: Spending & { readonly since?: number } = { tokens: 0, dollars: 0 };
let limiter: KeyLimiter;

const request = (estimatedInputTokens = 10, models = ['a:model'], address = '10.0.0.1') => ({
  choices: 1,
  estimateInputTokens: () => estimatedInputTokens,
  estimateDollars: (tokens: number) => tokens / 1000,
  models,
  address,
});
const admit = async (key: ApiKey, tokens?: number) => limiter.admit(key, request(tokens));
async function refusal(work: () => unknown): Promise<LimitFailure> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LimitFailure) return error;
    throw error;
  }
  throw new Error('it was admitted');
}
/** Sends `count` concurrent requests and returns those that were admitted. */
async function admitted(key: ApiKey, count: number, tokens?: number): Promise<Admission[]> {
  const results = await Promise.allSettled(Array.from({ length: count }, () => admit(key, tokens)));
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(LimitFailure);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  vi.setSystemTime(start);
  used = { tokens: 0, dollars: 0 };
  limiter = createKeyLimiter({ budgetSource: { usedSince: async () => used } });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a key without limits', () => {
  it('is admitted synchronously, with a shared result', () => {
    const first = limiter.admit(keyWith({}), request());
    expect(first).not.toBeInstanceOf(Promise);
    expect(limiter.admit(keyWith({}, 'other'), request())).toBe(first);
    expect(first).toMatchObject({ limits: {} });
  });
});

describe('models and addresses', () => {
  it.each([
    [['a:model'], ['a:model'], true],
    [['alias'], ['alias', 'a:model'], true],
    [['a:model'], ['alias', 'a:model'], true],
    [['b:model'], ['alias', 'a:model'], false],
    [[], ['a:model'], false],
  ])('allowed %j, asked %j: %s', async (models, asked, isAllowed) => {
    const ask = () => limiter.admit(keyWith({ models }), request(1, asked));
    if (isAllowed) return expect(ask()).toMatchObject({ limits: {} });
    expect(await refusal(ask)).toMatchObject({ kind: 'permission', reason: 'model-not-allowed', parameter: 'model' });
  });

  it.each([
    ['10.1.2.3', ['10.0.0.0/8'], true],
    ['11.0.0.1', ['10.0.0.0/8'], false],
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['10.1.2.3', ['::ffff:10.0.0.0/104'], true],
    ['192.0.2.1', ['192.0.2.1'], true],
    ['192.0.2.2', ['192.0.2.1'], false],
    ['::ffff:192.0.2.1', ['192.0.2.1'], true],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db9::1', ['2001:db8::/32', '10.0.0.0/8'], false],
    ['2001:db8::1', ['0.0.0.0/0'], false],
    ['nonsense', ['0.0.0.0/0'], false],
    ['10.0.0.1', [], false],
  ])('%s of %j: %s', async (address, addresses, isAllowed) => {
    const ask = () => limiter.admit(keyWith({ addresses }), request(1, ['a'], address));
    if (isAllowed) return expect(ask()).toMatchObject({ limits: {} });
    expect(await refusal(ask)).toMatchObject({ kind: 'permission', reason: 'address-not-allowed' });
  });
});

describe('requests per minute', () => {
  it('admits that many, then reports when to retry, then admits again', async () => {
    const key = keyWith({ requestsPerMinute: 2 });
    expect((await admit(key)).limits).toEqual({
      requests: { limit: 2, remaining: 1, resetMilliseconds: 60_000 },
    });
    vi.advanceTimersByTime(20_000);
    expect((await admit(key)).limits).toMatchObject({
      requests: { remaining: 0, resetMilliseconds: 40_000 },
    });
    const failure = await refusal(() => admit(key));
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 40, fault: 'request' });
    expect(failure.message).toContain('Limit 2, Used 2, Requested 1');
    expect(failure.limits).toMatchObject({ requests: { remaining: 0 } });
    vi.advanceTimersByTime(40_000);
    expect((await admit(key)).limits).toMatchObject({ requests: { remaining: 1 } });
  });

  it('is never exceeded by 200 concurrent requests, and is counted per key', async () => {
    expect(await admitted(keyWith({ requestsPerMinute: 50 }), 200)).toHaveLength(50);
    expect(await admitted(keyWith({ requestsPerMinute: 50 }, 'other'), 200)).toHaveLength(50);
  });

  it('follows an edited limit and keeps the used amount', async () => {
    await admitted(keyWith({ requestsPerMinute: 5 }), 5);
    expect(await admitted(keyWith({ requestsPerMinute: 8 }), 10)).toHaveLength(3);
    expect(await admitted(keyWith({ requestsPerMinute: 2 }), 1)).toHaveLength(0);
  });
});

describe('tokens per minute', () => {
  it('counts the estimate, then the actual usage', async () => {
    const key = keyWith({ tokensPerMinute: 100 });
    const first = await admit(key, 60);
    expect(first.limits).toMatchObject({ tokens: { remaining: 40 } });
    const failure = await refusal(() => admit(key, 41));
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 60 });
    expect(failure.limits).toMatchObject({ tokens: { remaining: 40 } });
    first.settle(30, 0);
    first.release();
    const second = await admit(key, 60);
    expect(second.limits).toMatchObject({ tokens: { remaining: 10 } });
    second.settle(65, 0);
    await refusal(() => admit(key, 6));
    expect((await admit(key, 5)).limits).toMatchObject({ tokens: { remaining: 0 } });
  });

  it('returns the estimate of a request that never ran', async () => {
    const key = keyWith({ tokensPerMinute: 100, requestsPerMinute: 1 });
    const first = await admit(key, 10);
    expect((await refusal(() => admit(key, 90))).message).toContain('requests per minute');
    first.release();
    first.release();
    const tokens = keyWith({ tokensPerMinute: 100 });
    expect((await admit(tokens, 100)).limits).toMatchObject({ tokens: { remaining: 0 } });
  });

  it('returns nothing in a later minute', async () => {
    const key = keyWith({ tokensPerMinute: 100 });
    const late = await admit(key, 100);
    vi.advanceTimersByTime(60_000);
    await admit(key, 100);
    late.settle(0, 0);
    expect(await admitted(key, 5, 1)).toHaveLength(0);
  });

  it('is never exceeded by 200 concurrent requests', async () => {
    expect(await admitted(keyWith({ tokensPerMinute: 1000 }), 200, 30)).toHaveLength(33);
  });
});

describe('concurrent requests', () => {
  it('are limited, and each request releases its slot once', async () => {
    const key = keyWith({ concurrentRequests: 3 });
    const running = await admitted(key, 200);
    expect(running).toHaveLength(3);
    expect(await refusal(() => admit(key))).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 1 });
    running[0]?.release();
    running[0]?.release();
    expect(await admitted(key, 200)).toHaveLength(1);
  });

  it('count as many as the requested answers', async () => {
    const key = keyWith({ concurrentRequests: 5 });
    const ask = async (choices: number) => limiter.admit(key, { ...request(), choices });
    const first = await ask(4);
    expect(await refusal(() => ask(2))).toMatchObject({
      kind: 'rate-limited',
      message: expect.stringContaining('This one counts as 2'),
    });
    const second = await ask(1);
    first.release();
    await ask(4);
    second.release();
    expect(await refusal(() => ask(6))).toMatchObject({ kind: 'rate-limited' });
  });

  it('release the slots of a rejected request', async () => {
    const key = keyWith({ concurrentRequests: 3, requestsPerMinute: 1 });
    const [first] = await admitted(key, 200);
    first?.release();
    vi.advanceTimersByTime(60_000);
    expect(await admitted({ ...key, limits: { ...key.limits, requestsPerMinute: null } }, 10)).toHaveLength(3);
  });
});

/** An unused budget admits one request of any size. Otherwise, a request must fit in the remainder. */
function fits(spent: number, reserved: number, estimate: number, limit: number): boolean {
  const taken = spent + reserved;
  return taken === 0 || (taken < limit && taken + estimate <= limit);
}

describe('budgets', () => {
  it('begin with the usage in the ledger, and end with the UTC day', async () => {
    used = { tokens: 900, dollars: 1 };
    const key = keyWith({ tokensPerDay: 1000 });
    const admission = await admit(key, 50);
    admission.settle(120, 0.1);
    admission.release();
    const failure = await refusal(() => admit(key, 1));
    expect(failure).toMatchObject({
      kind: 'quota-exhausted',
      reason: 'budget-exhausted',
      retryAfterSeconds: 12 * 3600,
    });
    vi.setSystemTime(start + 12 * hour - 1);
    await refusal(() => admit(key, 1));
    vi.setSystemTime(start + 12 * hour);
    expect(await admit(key, 50)).toMatchObject({ limits: {} });
  });

  it('of a month continue over days, and end with the month', async () => {
    const since: number[] = [];
    limiter = createKeyLimiter({
      budgetSource: {
        async usedSince(_id, time) {
          since.push(time);
          return { tokens: 0, dollars: 0 };
        },
      },
    });
    const key = keyWith({ dollarsPerMonth: 2 });
    const first = await admit(key);
    expect(since).toEqual([Date.UTC(2026, 1, 27), Date.UTC(2026, 1, 1)]);
    first.settle(1, 1.5);
    vi.setSystemTime(start + 24 * hour);
    const second = await admit(key);
    second.settle(1, 1.5);
    expect(await refusal(() => admit(key))).toMatchObject({ retryAfterSeconds: 12 * 3600 });
    vi.setSystemTime(Date.UTC(2026, 2, 1));
    // One more read than when the accounts were opened.
    expect(since).toHaveLength(4);
    expect(await admit(key)).toBeDefined();
    expect(since.slice(4)).toEqual([Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 1)]);
  });

  it('are updated with records that were being written when they were opened', async () => {
    let tokens = 0;
    limiter = createKeyLimiter({ budgetSource: { usedSince: async () => ({ tokens, dollars: 0 }) } });
    const key = keyWith({ tokensPerDay: 1000 });
    (await admit(key, 100)).settle(100, 0);
    tokens = 1000;
    (await admit(key, 100)).settle(100, 0);
    vi.setSystemTime(start + 2000);
    await vi.waitFor(() => refusal(() => admit(key, 100)), 10_000);
  });

  it('are not spent twice by concurrent requests', async () => {
    const key = keyWith({ tokensPerDay: 1000 });
    const running = await admitted(key, 200, 100);
    expect(running).toHaveLength(10);
    expect(await refusal(() => admit(key, 100))).toMatchObject({ kind: 'quota-exhausted', retryAfterSeconds: 1 });
    for (const admission of running) admission.release();
    expect(await admitted(key, 200, 100)).toHaveLength(10);
  });

  it('of dollars are not spent twice either (R18: BerriAI/litellm#34732, garrytan/gbrain#4365, askalf/dario#1378)', async () => {
    const key = keyWith({ dollarsPerDay: 1 });
    const running = await admitted(key, 30, 500);
    expect(running).toHaveLength(2);
    expect(await refusal(() => admit(key, 500))).toMatchObject({ kind: 'quota-exhausted', retryAfterSeconds: 1 });
    for (const admission of running) {
      admission.settle(500, 0.4);
      admission.release();
    }
    // A single request gets the remainder, whatever its estimate.
    const last = await admit(key, 500);
    expect(await refusal(() => admit(key, 1))).toMatchObject({ retryAfterSeconds: 1 });
    last.settle(500, 0.3);
    last.release();
    expect(await refusal(() => admit(key, 1))).toMatchObject({ retryAfterSeconds: 12 * 3600 });
  });

  it.each([1e30, Number.POSITIVE_INFINITY])(
    'are not used up by an absurd report of %d tokens and dollars',
    async (absurd) => {
      const key = keyWith({ dollarsPerDay: 5000, tokensPerDay: 2 ** 42 });
      const first = await admit(key, 10);
      first.settle(absurd, absurd);
      first.release();
      await expect(admit(key, 10)).resolves.toBeDefined();
    },
  );

  it('are remembered for their period only', async () => {
    const shared = createLocalState();
    const forget = vi.spyOn(shared.budgets, 'forget');
    limiter = createKeyLimiter({ budgetSource: { usedSince: async () => used }, shared });
    for (let days = 0; days < 40; days++) {
      vi.setSystemTime(start + days * 24 * hour);
      (await admit(keyWith({ dollarsPerDay: 1 }))).release();
    }
    await admit(keyWith({}));
    expect(forget).toHaveBeenCalledExactlyOnceWith('key', expect.any(Array));
    expect(forget.mock.calls[0]?.[1]).toHaveLength(4);
  });

  it('of dollars are fully released when requests end, in any order', async () => {
    const ends = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.boolean()), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(ends, async (requests) => {
        limiter = createKeyLimiter({ budgetSource: { usedSince: async () => ({ tokens: 0, dollars: 0 }) } });
        const key = keyWith({ dollarsPerDay: 1000 });
        for (const [tokens, isSettled] of requests) {
          const admission = await admit(key, tokens);
          if (isSettled) admission.settle(tokens, 0);
          admission.release();
          admission.release();
        }
        expect(await admitted(key, 30, 100_000)).toHaveLength(10);
      }),
    );
  });

  it('admit one request that is larger than the budget', async () => {
    const key = keyWith({ tokensPerDay: 100 });
    expect(await admitted(key, 10, 500)).toHaveLength(1);
  });

  it('begin at zero if the ledger fails, which is reported once, and are corrected later', async () => {
    const usedSince = vi.fn<() => Promise<Spending>>().mockRejectedValue(new Error('locked'));
    const onError = vi.fn();
    limiter = createKeyLimiter({ budgetSource: { usedSince }, onError });
    const key = keyWith({ tokensPerDay: 100 });
    (await admit(key)).settle(30, 0);
    await refusal(() => admit(key, 71));
    vi.advanceTimersByTime(5000);
    (await admit(key)).release();
    await vi.advanceTimersByTimeAsync(5000);
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'locked' }));
    usedSince.mockResolvedValue({ tokens: 95, dollars: 0 });
    (await admit(key)).release();
    await vi.advanceTimersByTimeAsync(0);
    expect(usedSince).toHaveBeenCalledTimes(6);
    expect(await refusal(() => admit(key, 6))).toMatchObject({ kind: 'quota-exhausted' });
    expect(await admit(key, 5)).toBeDefined();
  });

  it('are opened by one read of the ledger for concurrent requests', async () => {
    const usedSince = vi.fn(async () => ({ tokens: 950, dollars: 0 }));
    limiter = createKeyLimiter({ budgetSource: { usedSince } });
    expect(await admitted(keyWith({ tokensPerDay: 1000 }), 200, 10)).toHaveLength(5);
    expect(usedSince).toHaveBeenCalledTimes(2);
  });

  it('include usage from while they were removed', async () => {
    const key = keyWith({ tokensPerMonth: 1000 });
    (await admit(key, 10)).settle(900, 0);
    await admit(keyWith({}));
    used = { tokens: 5900, dollars: 0 };
    expect(await refusal(() => admit(key, 1))).toMatchObject({ kind: 'quota-exhausted' });
  });

  it('are read again if the clock was set back', async () => {
    const key = keyWith({ tokensPerDay: 1000 });
    vi.setSystemTime(start + 365 * 24 * hour);
    (await admit(key, 10)).settle(1000, 0);
    expect(await refusal(() => admit(key, 1))).toMatchObject({ kind: 'quota-exhausted' });
    vi.setSystemTime(start);
    expect(await admit(key, 1)).toBeDefined();
  });

  it('and per-minute limits are the only reason to estimate the tokens of a request', async () => {
    const estimateInputTokens = vi.fn(() => 1);
    const ask = (limits: Partial<KeyLimits>) => limiter.admit(keyWith(limits), { ...request(), estimateInputTokens });
    await ask({});
    await ask({ requestsPerMinute: 5, concurrentRequests: 5, models: ['a:model'] });
    expect(estimateInputTokens).not.toHaveBeenCalled();
    await ask({ tokensPerMinute: 5 });
    await ask({ dollarsPerDay: 5 });
    expect(estimateInputTokens).toHaveBeenCalledTimes(2);
  });

  it('hold for any sequence of requests: never more than the budget plus running requests', async () => {
    const step = fc.record({
      estimate: fc.integer({ min: 0, max: 40 }),
      actual: fc.integer({ min: 0, max: 60 }),
      end: fc.constantFrom('settle', 'abandon', 'keep'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 300 }), async (steps, limit) => {
        limiter = createKeyLimiter({ budgetSource: { usedSince: async () => ({ tokens: 0, dollars: 0 }) } });
        const key = keyWith({ tokensPerDay: limit });
        let spent = 0;
        let reserved = 0;
        for (const { estimate, actual, end } of steps) {
          const admission = await admit(key, estimate).catch(() => undefined);
          expect(admission !== undefined).toBe(fits(spent, reserved, estimate, limit));
          if (admission === undefined) continue;
          if (end === 'keep') reserved += estimate;
          if (end === 'settle') {
            admission.settle(actual, 0);
            admission.settle(actual, 0);
            spent += actual;
          }
          if (end !== 'keep') admission.release();
        }
      }),
      { numRuns: 200 },
    );
  });
});
