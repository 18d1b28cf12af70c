import { describe, expect, it } from 'vitest';
import { Failure } from '../conversation/failure.ts';
import { PoolExhausted } from './pool.ts';
import { endpointsOf, tried } from './testing/core-harness.ts';
import { failure, PoolBench, testCredential } from './testing/pool-bench.ts';

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

  it('does not start for a client that has left, and passes on the abort reason if it is a failure', async () => {
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

  it('count the conditions when none will be available, and name no credential', async () => {
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
    const forbidden = { endpoints: endpointsOf('forbidden') };
    bench.fail('entitlement', { scope: 'model' }, forbidden);
    expect(bench.refusal(forbidden)).toMatchObject({ kind: 'permission', retryAfterSeconds: 225 });
    bench.fail('transient');
    expect(bench.refusal()).toMatchObject({ kind: 'overloaded', retryAfterSeconds: 1 });
  });

  it('are immediate for a retry that has nothing left to try', async () => {
    const bench = await PoolBench.start([a]);
    expect(bench.refusal({ exclude: tried('a') })).toBeInstanceOf(PoolExhausted);
  });
});
