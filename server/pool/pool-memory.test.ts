import { describe, expect, it } from 'vitest';
import { endpointsOf } from './testing/core-harness.ts';
import { failure, PoolBench, testCredential } from './testing/pool-bench.ts';

const a = testCredential('a');
const b = testCredential('b');
const limited = testCredential('a', { maxConcurrency: 1 });

describe('what was learned', () => {
  it('survives a hard kill a quarter of a second later, with its countdown', async () => {
    const bench = await PoolBench.start([a, b, testCredential('c'), testCredential('d')]);
    bench.fail('quota', { retryAfterSeconds: 600, upstreamStatus: 429, evidence: 'no credits' });
    bench.fail('token', { upstreamStatus: 401 });
    bench.fail('entitlement', { scope: 'model' });
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
    expect(bench.state('c')?.routes).toMatchObject([
      { route: 'r', models: [{ model: 'model', name: 'shut', cause: 'entitlement' }] },
    ]);
    expect(bench.lease().credential.id).toBe('d');
  });

  it('of routes survives as well: pauses, strikes, evidence, models', async () => {
    const bench = await PoolBench.start([a]);
    const request = { endpoints: endpointsOf('model', 'first', 'second') };
    const refused = { scope: 'route', upstreamStatus: 403, evidence: 'a page' } as const;
    bench.fail('route', refused, request);
    await bench.timers.advance(750);
    bench.fail('route', refused, request);
    bench.fail('route', { scope: 'model' }, request);
    const before = bench.state('a')?.routes;
    await bench.timers.advance(250);
    await bench.restart();
    expect(bench.state('a')?.routes).toEqual(before);
    await bench.timers.advance(3000);
    bench.fail('route', refused, request);
    expect(bench.state('a')?.routes[0]).toMatchObject({ name: 'shut', until: bench.timers.now + 12_000 });
  });

  it('continues after a restart: strikes, re-checks, learned limits', async () => {
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

  it('is discarded where it cannot be read, with a warning', async () => {
    const bench = await PoolBench.start([a, b]);
    await bench.store.saveStates([
      { credentialId: 'a', state: { health: 'broken', routes: 7 } },
      { credentialId: 'b', state: null },
    ]);
    await bench.restart();
    expect(bench.pool.counts()).toMatchObject({ ready: 2 });
    expect(bench.warnings).toEqual([
      'The stored health of the credential a is not readable by this version and is discarded.',
      'The stored routes of the credential a is not readable by this version and is discarded.',
      'The stored state of the credential b is not readable by this version and is discarded.',
    ]);
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
