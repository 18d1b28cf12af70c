import { describe, expect, it } from 'vitest';
import { Failure } from '../conversation/failure.ts';
import { CredentialExists } from './credential.ts';
import { PoolExhausted } from './pool.ts';
import { settle } from './testing/manual-timers.ts';
import { failure, PoolBench, testCredential } from './testing/pool-bench.ts';

const HOUR = 3_600_000;
const a = testCredential('a');
const b = testCredential('b');
const limited = testCredential('a', { maxConcurrency: 1 });

describe('leasing', () => {
  it('gives credentials in turn, with what an exchange records', async () => {
    const bench = await PoolBench.start([a, b]);
    const first = bench.lease();
    expect(first.credential).toEqual(a);
    expect(first).toMatchObject({ reason: 'round-robin', waited: 0, skipped: [] });
    bench.fail('rate', { retryAfterSeconds: 60 });
    expect(bench.lease().skipped).toEqual([
      { credentialId: 'b', credentialLabel: 'label of b', reason: 'cooling (rate)' },
    ]);
    expect(bench.pool.counts()).toMatchObject({ ready: 1, cooling: 1, inFlight: 2 });
  });

  it('counts only the first release', async () => {
    const bench = await PoolBench.start([a]);
    const lease = bench.lease();
    lease.release({ type: 'success' });
    lease.release({ type: 'failure', failure: failure('token') });
    expect(bench.pool.counts()).toMatchObject({ ready: 1, inFlight: 0 });
  });

  it('lets requests wait in order, and tells them how long they did', async () => {
    const bench = await PoolBench.start([limited]);
    const held = bench.lease();
    const waiting = [bench.request(), bench.request()];
    expect(bench.pool.counts().waiting).toBe(2);
    await bench.timers.advance(250);
    held.release({ type: 'success' });
    const lease = await waiting[0];
    expect(lease).toMatchObject({ waited: 250, credential: { id: 'a' } });
    expect(bench.pool.counts()).toMatchObject({ waiting: 1, inFlight: 1 });
    lease?.release({ type: 'aborted' });
    await waiting[1];
  });

  it('wakes those who wait for a cool-down to end', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('rate', { retryAfterSeconds: 3 });
    const waiting = bench.request();
    await bench.timers.advance(2999);
    expect(bench.pool.counts().waiting).toBe(1);
    await bench.timers.advance(1);
    expect(await waiting).toMatchObject({ waited: 3000 });
  });

  it('drops a waiter whose client left, at once', async () => {
    const bench = await PoolBench.start([limited]);
    const held = bench.lease();
    const client = new AbortController();
    const waiting = Promise.resolve(bench.request({ signal: client.signal }));
    client.abort();
    await expect(waiting).rejects.toMatchObject({ fault: 'client', reason: 'client-gone' });
    expect(bench.pool.counts().waiting).toBe(0);
    held.release({ type: 'success' });
    expect(bench.pool.counts().inFlight).toBe(0);
  });

  it('does not begin for a client that has left; passes on a failure that is the reason', async () => {
    const bench = await PoolBench.start([a]);
    expect(bench.refusal({ signal: AbortSignal.abort() })).toMatchObject({ reason: 'client-gone' });
    const reason = new Failure('timeout', 'too late');
    expect(bench.refusal({ signal: AbortSignal.abort(reason) })).toBe(reason);
    expect(bench.pool.counts().inFlight).toBe(0);
  });

  it('gives up at the queue’s time limit and at the deadline', async () => {
    const bench = await PoolBench.start([limited], { queueTimeout: 5000 });
    bench.lease();
    const patient = Promise.resolve(bench.request());
    const hurried = Promise.resolve(bench.request({ deadline: bench.timers.now + 1000 }));
    const outcomes = Promise.allSettled([patient, hurried]);
    await bench.timers.advance(1000);
    expect(bench.pool.counts().waiting).toBe(1);
    await bench.timers.advance(4000);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'rate-limited', retryAfterSeconds: 1 } });
    }
  });
});

describe('refusals', () => {
  it('say where to add the first credential', async () => {
    const bench = await PoolBench.start();
    const refusal = bench.refusal();
    expect(refusal).toBeInstanceOf(PoolExhausted);
    expect(refusal).toMatchObject({ kind: 'overloaded', reason: 'no-credential' });
    expect(refusal.message).toContain('/admin/credentials');
  });

  it('count the conditions when none will be free, and name nobody', async () => {
    const bench = await PoolBench.start([a, b, testCredential('c', { enabled: false }), testCredential('d')]);
    bench.fail('token');
    bench.fail('entitlement');
    bench.fail('token');
    const refusal = bench.refusal();
    expect(refusal).toMatchObject({ kind: 'overloaded', reason: undefined, retryAfterSeconds: undefined });
    expect(refusal.message).toBe('No credential can take the request: 2 invalid, 1 blocked, 1 disabled.');
  });

  it.each([
    ['quota', 'quota-exhausted'],
    ['rate', 'rate-limited'],
  ] as const)('%s: %s with the earliest way out', async (fault, kind) => {
    const bench = await PoolBench.start([a, b]);
    bench.fail(fault, { retryAfterSeconds: 300 });
    bench.fail(fault, { retryAfterSeconds: 120.2 });
    expect(bench.refusal()).toMatchObject({ kind, retryAfterSeconds: 121 });
  });

  it('are about the rate when causes differ', async () => {
    const bench = await PoolBench.start([a, b]);
    bench.fail('quota', { retryAfterSeconds: 300 });
    bench.fail('rate', { retryAfterSeconds: 200 });
    expect(bench.refusal()).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 200 });
  });

  it('are an overload when the upstream fails, and a permission when nobody may use the model', async () => {
    const bench = await PoolBench.start([a], { queueTimeout: 0 });
    bench.fail('entitlement', { model: 'forbidden' }, { model: 'forbidden' });
    expect(bench.refusal({ model: 'forbidden' })).toMatchObject({ kind: 'permission', retryAfterSeconds: 225 });
    bench.fail('transient');
    expect(bench.refusal()).toMatchObject({ kind: 'overloaded', retryAfterSeconds: 1 });
  });

  it('tell a retry at once that nothing is left', async () => {
    const bench = await PoolBench.start([a]);
    expect(bench.refusal({ exclude: new Set(['a']) })).toBeInstanceOf(PoolExhausted);
  });
});

describe('what was learned', () => {
  it('survives a hard kill a quarter of a second later, with its countdown', async () => {
    const bench = await PoolBench.start([a, b, testCredential('c'), testCredential('d')]);
    bench.fail('quota', { retryAfterSeconds: 600, upstreamStatus: 429, evidence: 'no credits' });
    bench.fail('token', { upstreamStatus: 401 });
    bench.fail('entitlement', { model: 'model' });
    const { until } = bench.state('a') ?? {};
    await bench.timers.advance(250);
    await bench.restart();
    expect(bench.state('a')).toMatchObject({
      name: 'cooling',
      cause: 'quota',
      until,
      evidence: { status: 429, message: 'no credits' },
    });
    expect(bench.state('b')).toMatchObject({ name: 'invalid', cause: 'token' });
    expect(bench.state('c')?.models).toMatchObject([{ model: 'model', cause: 'entitlement' }]);
    expect(bench.lease().credential.id).toBe('d');
  });

  it('counts on after a restart: strikes, re-checks, learned limits', async () => {
    const bench = await PoolBench.start([a]);
    const leases = Array.from({ length: 10 }, () => bench.lease());
    for (const lease of leases) lease.release({ type: 'failure', failure: failure('concurrency') });
    bench.fail('rate');
    await bench.timers.advance(1000);
    await bench.restart();
    expect(bench.state('a')).toMatchObject({ name: 'ready', learnedConcurrency: 7 });
    bench.fail('rate');
    expect(bench.state('a')?.until).toBe(bench.timers.now + 1500);
  });

  it('is written by close', async () => {
    const bench = await PoolBench.start([a]);
    const unfinished = bench.lease();
    bench.fail('token');
    await bench.pool.close();
    expect(await bench.store.loadStates()).toHaveLength(1);
    expect((await bench.store.list())[0]?.lastUsedAt).toBe(bench.timers.now);
    unfinished.release({ type: 'success' });
  });

  it('is forgotten when the credential was edited while the pool was down', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('token');
    await bench.timers.advance(250);
    await bench.store.update('a', { token: 'another-token' });
    await bench.restart();
    expect(bench.state('a')?.name).toBe('ready');
  });

  it('is ignored where it is not understood', async () => {
    const bench = await PoolBench.start([a, b]);
    await bench.store.saveStates([
      { credentialId: 'a', state: { health: 'broken', models: 7 } },
      { credentialId: 'b', state: null },
    ]);
    await bench.restart();
    expect(bench.pool.counts()).toMatchObject({ ready: 2 });
  });

  it('is written again after the store failed', async () => {
    const bench = await PoolBench.start([a]);
    const { saveStates } = bench.store;
    bench.store.saveStates = () => Promise.reject(new Error('disk full'));
    bench.fail('token');
    await bench.timers.advance(250);
    expect(bench.errors).toMatchObject([{ message: 'disk full' }]);
    bench.store.saveStates = saveStates;
    await bench.timers.advance(2000);
    expect(await bench.store.loadStates()).toHaveLength(1);
  });
});

describe('reload', () => {
  it('takes in what others changed and keeps what is known of the rest', async () => {
    const bench = await PoolBench.start([a, b]);
    bench.fail('rate', { retryAfterSeconds: 60 });
    bench.fail('token');
    await bench.store.insert(testCredential('c'));
    await bench.store.update('b', { token: 'mended-token' });
    await bench.pool.reload();
    expect(bench.state('a')).toMatchObject({ name: 'cooling', cause: 'rate' });
    expect(bench.state('b')?.name).toBe('ready');
    expect(bench.lease().credential.id).toBe('c');
    expect(bench.lease().credential.token).toBe('mended-token');
    await bench.store.delete('c');
    await bench.pool.reload();
    expect(bench.pool.list().map(({ credential }) => credential.id)).toEqual(['a', 'b']);
  });

  it('serves those who wait', async () => {
    const bench = await PoolBench.start([limited]);
    bench.lease();
    const waiting = bench.request();
    await bench.store.insert(b);
    await bench.pool.reload();
    expect(await waiting).toMatchObject({ credential: { id: 'b' } });
  });

  it('works again after the store failed', async () => {
    const bench = await PoolBench.start([a]);
    const { list } = bench.store;
    bench.store.list = () => Promise.reject(new Error('locked'));
    await expect(bench.pool.reload()).rejects.toThrow('locked');
    bench.store.list = list;
    await bench.pool.reload();
    expect(bench.pool.list()).toHaveLength(1);
  });
});

describe('administration', () => {
  it('adds with defaults, edits, removes', async () => {
    const bench = await PoolBench.start();
    const added = await bench.pool.add({ email: 'x@example.com', token: 'some-token' });
    expect(added).toMatchObject({
      credential: { id: 'new1', label: '', cloudId: null, enabled: true, weight: 1, maxConcurrency: null },
      lastUsedAt: null,
      state: { name: 'ready', models: [], inFlight: 0 },
      credits: null,
    });
    await expect(bench.pool.add({ email: 'x@example.com', token: 'other-token' })).rejects.toThrow(CredentialExists);
    expect((await bench.pool.edit('new1', { label: 'mine' }))?.credential.label).toBe('mine');
    expect(await bench.pool.edit('none', { label: 'x' })).toBeUndefined();
    expect(await bench.pool.remove('new1')).toBe(true);
    expect(await bench.pool.remove('new1')).toBe(false);
    expect(bench.pool.list()).toEqual([]);
  });

  it('gives draining and disabled credentials no new leases, and lets running ones end', async () => {
    const bench = await PoolBench.start([a, b]);
    const running = bench.lease();
    await bench.pool.edit('a', { draining: true });
    expect(bench.lease().credential.id).toBe('b');
    expect(bench.lease().credential.id).toBe('b');
    running.release({ type: 'success' });
    await bench.pool.edit('b', { enabled: false });
    expect(bench.refusal().message).toBe('No credential can take the request: 1 draining, 1 disabled.');
    expect(bench.pool.counts()).toMatchObject({ ready: 0, disabled: 2 });
    await bench.pool.edit('a', { draining: false });
    expect(bench.lease().credential.id).toBe('a');
  });

  it('makes an invalid credential ready when its token is edited, not when its label is', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('token');
    expect((await bench.pool.edit('a', { label: 'x' }))?.state.name).toBe('invalid');
    expect((await bench.pool.edit('a', { token: 'new-token' }))?.state.name).toBe('ready');
  });

  it('resets', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('quota', { retryAfterSeconds: 600 });
    expect(bench.pool.reset('a')?.state).toEqual({ name: 'ready', models: [], inFlight: 0 });
    expect(bench.pool.reset('none')).toBeUndefined();
    bench.lease();
  });

  it('imports and reports each line', async () => {
    const bench = await PoolBench.start([a]);
    const lines = await bench.pool.importText('a@example.com:12345678\nn@example.com:12345678\nnonsense');
    expect(lines).toMatchObject([
      { line: 1, status: 'duplicate', email: 'a@example.com' },
      { line: 2, status: 'added', email: 'n@example.com' },
      { line: 3, status: 'invalid' },
    ]);
    expect(bench.pool.list()).toHaveLength(2);
  });

  it('says when something changed', async () => {
    const bench = await PoolBench.start([a]);
    const before = bench.changes;
    bench.fail('rate');
    expect(bench.changes).toBe(before + 1);
    await bench.timers.advance(60_000);
    const later = bench.changes;
    bench.fail('request');
    expect(bench.changes).toBe(later);
  });

  it('writes once a minute when credentials were used last', async () => {
    const bench = await PoolBench.start([a, b]);
    bench.lease();
    const usedAt = bench.timers.now;
    expect(bench.pool.get('a')?.lastUsedAt).toBe(usedAt);
    await bench.timers.advance(60_000);
    const stored = await bench.store.list();
    expect(stored.map(({ lastUsedAt }) => lastUsedAt)).toEqual([usedAt, null]);
  });
});

describe('tests by the admin', () => {
  const signal = new AbortController().signal;

  it('bring invalid and blocked credentials back when good', async () => {
    const bench = await PoolBench.start([a, b]);
    bench.fail('token');
    bench.fail('entitlement');
    bench.probe.reports.set('a@example.com', { status: 'unknown' });
    expect(await bench.pool.test('a', signal)).toMatchObject({ ok: true, credits: { status: 'unknown' } });
    expect(await bench.pool.test('b', signal)).toMatchObject({ ok: true });
    expect(bench.pool.counts()).toMatchObject({ ready: 2 });
    expect(await bench.pool.test('none', signal)).toBeUndefined();
  });

  it('take out a credential whose token is refused', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.reports.set('a@example.com', failure('token', { upstreamStatus: 401 }));
    expect(await bench.pool.test('a', signal)).toMatchObject({ ok: false, status: 401, credits: null, sites: [] });
    expect(bench.state('a')).toMatchObject({ name: 'invalid', evidence: { status: 401 } });
  });

  it('tell what an unsaved account is worth, sites included', async () => {
    const bench = await PoolBench.start();
    bench.probe.sites = [{ cloudId: 'c', url: 'https://x.example', hasActivePlan: true, isTrial: false }];
    bench.probe.reports.set('x@example.com', { status: 'blocked', message: 'ask your admin' });
    const result = await bench.pool.tryOut({ email: 'x@example.com', token: 't', cloudId: null }, signal);
    expect(result).toMatchObject({ ok: false, sites: [{ cloudId: 'c' }], credits: { status: 'blocked' } });
    expect(result.message).toContain('ask your admin');
  });

  it('are not spoiled by sites that cannot be had', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.sites = failure('transient');
    expect(await bench.pool.test('a', signal)).toMatchObject({ ok: true, sites: [] });
  });
});

describe('healing', () => {
  it('brings a revived token back by itself, asking at growing intervals', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.reports.set('a@example.com', failure('token'));
    await bench.timers.advance(10_000);
    bench.fail('token');
    bench.probe.asked.length = 0;
    await bench.timers.advance(HOUR);
    expect(bench.state('a')?.name).toBe('invalid');
    expect(bench.probe.asked.length).toBeGreaterThan(5);
    expect(bench.probe.asked.length).toBeLessThan(20);
    bench.probe.reports.set('a@example.com', { status: 'ok' });
    await bench.timers.advance(6 * HOUR);
    expect(bench.state('a')?.name).toBe('ready');
  });

  it('goes on after a restart', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('entitlement');
    await bench.timers.advance(250);
    await bench.restart();
    await bench.timers.advance(20_000);
    expect(bench.state('a')?.name).toBe('ready');
  });

  it('asks before a long block, and keeps it short when there are credits left', async () => {
    const bench = await PoolBench.start([a]);
    await bench.timers.advance(20_000);
    bench.probe.reports.set('a@example.com', { status: 'ok', monthlyTotal: 2000, monthlyRemaining: 1500 });
    bench.fail('quota', { retryAfterSeconds: 29 * 86_400 });
    await settle();
    await bench.timers.advance(1);
    expect(bench.state('a')?.until).toBeLessThan(bench.timers.now + 11_000);
    expect(bench.pool.get('a')?.credits).toMatchObject({ monthlyRemaining: 1500 });
  });

  it('ends a long block as soon as the endpoint says so', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.reports.set('a@example.com', { status: 'rate-limited', monthlyTotal: 2000, monthlyRemaining: 0 });
    bench.fail('quota', { retryAfterSeconds: 29 * 86_400 });
    const { until } = bench.state('a') ?? {};
    await bench.timers.advance(24 * HOUR);
    expect(bench.state('a')).toMatchObject({ name: 'cooling', until });
    bench.probe.reports.set('a@example.com', { status: 'ok', monthlyTotal: 2000, monthlyRemaining: 2000 });
    await bench.timers.advance(7 * HOUR);
    expect(bench.state('a')?.name).toBe('ready');
  });

  it('ignores what was asked with a token that was replaced meanwhile', async () => {
    const bench = await PoolBench.start([a]);
    const gate = Promise.withResolvers<void>();
    bench.probe.gate = gate.promise;
    bench.probe.reports.set('a@example.com', { status: 'ok' });
    bench.fail('token');
    await bench.timers.advance(11_000);
    await bench.pool.edit('a', { token: 'worse-token' });
    bench.fail('token');
    gate.resolve();
    await settle();
    expect(bench.state('a')?.name).toBe('invalid');
  });
});

describe('the forecast', () => {
  it('sums credits over enabled credentials and foresees when they end', async () => {
    const bench = await PoolBench.start([a, b, testCredential('c', { enabled: false })]);
    for (let remaining = 1000; remaining > 900; remaining -= 10) {
      bench.probe.reports.set('a@example.com', { status: 'ok', monthlyTotal: 2000, monthlyRemaining: remaining });
      bench.probe.reports.set('b@example.com', { status: 'ok', dailyTotal: 200, dailyUsed: 50 });
      bench.lease();
      await bench.timers.advance(600_000);
    }
    const forecast = bench.pool.forecast();
    expect(forecast).toMatchObject({ total: 2200 });
    expect(forecast.remaining).toBeGreaterThan(1050);
    expect(forecast.ratePerHour).toBeGreaterThan(40);
    expect(forecast.ratePerHour).toBeLessThan(80);
    expect(forecast.emptyAt).toBeGreaterThan(bench.timers.now + 10 * HOUR);
  });

  it('knows nothing at first', async () => {
    const bench = await PoolBench.start([a]);
    expect(bench.pool.forecast()).toEqual({ total: null, remaining: null, ratePerHour: null, emptyAt: null });
  });
});
