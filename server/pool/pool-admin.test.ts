import { describe, expect, it } from 'vitest';
import { CredentialExists } from './credential.ts';
import { endpointsOf } from './testing/core-harness.ts';
import { failure, PoolBench, testCredential } from './testing/pool-bench.ts';

const a = testCredential('a');
const b = testCredential('b');

describe('administration', () => {
  it('adds with defaults, edits, removes', async () => {
    const bench = await PoolBench.start();
    const added = await bench.pool.add({ email: 'x@example.com', token: 'some-token' });
    expect(added).toMatchObject({
      credential: { id: 'new1', label: '', cloudId: null, enabled: true, weight: 1, maxConcurrency: null },
      lastUsedAt: null,
      state: { name: 'ready', routes: [], inFlight: 0 },
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

  it('forgets the stated expiry with the token that it was of', async () => {
    const bench = await PoolBench.start([a]);
    const expiryAfter = async (changes: Parameters<typeof bench.pool.edit>[1]) =>
      (await bench.pool.edit('a', changes))?.credential.tokenExpiresAt;
    expect(await expiryAfter({ tokenExpiresAt: 9 })).toBe(9);
    expect(await expiryAfter({ label: 'x' })).toBe(9);
    expect(await expiryAfter({ token: 'new-token', tokenExpiresAt: 10 })).toBe(10);
    expect(await expiryAfter({ token: 'new-token' })).toBe(10);
    expect(await expiryAfter({ token: 'newer-token' })).toBeNull();
  });

  it('resets', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('quota', { retryAfterSeconds: 600 });
    expect(bench.pool.reset('a')?.state).toMatchObject({ name: 'ready', inFlight: 0 });
    expect(bench.pool.reset('none')).toBeUndefined();
    bench.lease();
  });

  it('shows each route that a credential was used by, with cause, evidence and countdown, and resets one', async () => {
    const bench = await PoolBench.start([a]);
    const endpoints = endpointsOf('model', 'first', 'second');
    bench.fail('route', { scope: 'route', upstreamStatus: 404, evidence: 'Not Found' }, { endpoints });
    bench.lease({ endpoints }).release({ type: 'success' });
    bench.lease({ endpoints }).release({ type: 'failure', failure: failure('route', { scope: 'model' }) });
    const { now } = bench.timers;
    expect(bench.state('a')?.routes).toEqual([
      {
        route: 'first',
        name: 'shut',
        cause: 'route',
        until: now + 750,
        since: now,
        evidence: { status: 404, message: 'Not Found' },
        inFlight: 0,
        models: [],
      },
      {
        route: 'second',
        name: 'open',
        inFlight: 0,
        models: [expect.objectContaining({ model: 'model', name: 'shut' })],
      },
    ]);
    await bench.timers.advance(750);
    expect(bench.state('a')?.routes[0]).toMatchObject({ name: 'trial', cause: 'route' });
    expect(bench.pool.resetRoute('a', 'first')?.state.routes[0]).toEqual({
      route: 'first',
      name: 'unknown',
      inFlight: 0,
      models: [],
    });
    expect(bench.pool.resetRoute('none', 'first')).toBeUndefined();
    expect(bench.lease({ endpoints }).endpoint.route).toBe('first');
  });

  it('probes by the route that is asked for, in whatever state, and learns from it', async () => {
    const bench = await PoolBench.start([a]);
    const [endpoint] = endpointsOf('model', 'first');
    if (endpoint === undefined) throw new Error('There is no endpoint.');
    bench.fail('token');
    const probe = bench.pool.probe('a', endpoint);
    expect(probe).toMatchObject({ credential: a, endpoint, reason: 'probe' });
    probe?.release({ type: 'success' });
    expect(bench.state('a')).toMatchObject({ name: 'ready', routes: [{ name: 'unknown' }, { name: 'open' }] });
    expect(bench.pool.probe('none', endpoint)).toBeUndefined();
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

  it('keeps the lines imported before the store failed', async () => {
    const bench = await PoolBench.start([]);
    const { insert } = bench.store;
    bench.store.insert = (credential) =>
      credential.email.startsWith('b') ? Promise.reject(new Error('disk full')) : insert.call(bench.store, credential);
    await expect(bench.pool.importText('a@example.com:12345678\nb@example.com:12345678')).rejects.toThrow('disk full');
    expect(bench.pool.list()).toHaveLength(1);
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

  it('report the credits and sites of an unsaved account', async () => {
    const bench = await PoolBench.start();
    bench.probe.sites = [{ cloudId: 'c', url: 'https://x.example', hasActivePlan: true, isTrial: false }];
    bench.probe.reports.set('x@example.com', { status: 'blocked', message: 'ask your admin' });
    const result = await bench.pool.tryOut({ email: 'x@example.com', token: 't', cloudId: null }, signal);
    expect(result).toMatchObject({ ok: false, sites: [{ cloudId: 'c' }], credits: { status: 'blocked' } });
    expect(result.message).toContain('ask your admin');
  });

  it('succeed without sites', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.sites = failure('transient');
    expect(await bench.pool.test('a', signal)).toMatchObject({ ok: true, sites: [] });
  });
});
