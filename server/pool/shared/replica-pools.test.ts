import { describe, expect, it } from 'vitest';
import { PoolExhausted } from '../exhausted.ts';
import type { Lease } from '../lease.ts';
import { endpointsOf } from '../testing/core-harness.ts';
import { failure, testCredential } from '../testing/pool-bench.ts';
import { ReplicaPools } from '../testing/replica-pools.ts';
import { placesTimes } from './shared-places.ts';

const a = testCredential('a');
const b = testCredential('b');
const two = testCredential('a', { maxConcurrency: 2 });
const rate = { type: 'failure', failure: failure('rate', { retryAfterSeconds: 60 }) } as const;

describe('requests at once of a credential over replicas', () => {
  it('never exceed its limit, and a request waiting on another replica gets a place that becomes free', async () => {
    const replicas = await ReplicaPools.start(2, [two]);
    const held = [await replicas.lease(0), await replicas.lease(1)];
    const waiting = replicas.request(0);
    await replicas.timers.advance(1000);
    expect(replicas.pool(0).counts()).toMatchObject({ waiting: 1, inFlight: 1 });
    held[1]?.release({ type: 'success' });
    const freedAt = replicas.timers.now;
    await replicas.timers.advance(10);
    const lease = await waiting;
    expect(lease.waited).toBeGreaterThanOrEqual(1000);
    expect(replicas.timers.now - freedAt).toBeLessThan(placesTimes.retryDelay);
    expect(replicas.pool(0).counts()).toMatchObject({ waiting: 0, inFlight: 2 });
  });

  it('turn to another credential when others have filled one', async () => {
    const replicas = await ReplicaPools.start(2, [testCredential('a', { maxConcurrency: 1 }), b]);
    const first = await replicas.lease(0);
    expect(first.credential.id).toBe('a');
    const second = await replicas.lease(1);
    expect(second.credential.id).toBe('b');
    expect(second.skipped).toEqual([{ credentialId: 'a', credentialLabel: 'label of a', reason: 'at its limit' }]);
  });

  it.each([
    ['keep the places to itself', 1, 60],
    ['shut out one that is slow', 40, 20],
  ])('take turns: a replica that always has somebody waiting does not %s', async (_name, latency, least) => {
    const replicas = await ReplicaPools.start(2, [testCredential('a', { maxConcurrency: 1 })]);
    replicas.hub.latencies.set('replica1', latency);
    const done = [0, 0];
    const work = async (index: number) => {
      for (;;) {
        const lease = await replicas.request(index);
        await new Promise<void>((resolve) => replicas.timers.set(resolve, 40));
        lease.release({ type: 'success' });
        done[index] = (done[index] ?? 0) + 1;
      }
    };
    for (let index = 0; index < 8; index += 1) void work(index % 2);
    await replicas.timers.advance(10_000);
    expect(Math.min(...done)).toBeGreaterThan(least);
  });

  it('leave a queue in order, and end with its time limit', async () => {
    const replicas = await ReplicaPools.start(2, [testCredential('a', { maxConcurrency: 1 })], { queueTimeout: 5000 });
    const held = await replicas.lease(0);
    const waiting = [replicas.request(1), replicas.request(1), replicas.request(1)];
    const order: number[] = [];
    const ended = waiting.map((one, index) =>
      one.then(
        (lease) => {
          order.push(index);
          return lease;
        },
        (error: unknown) => error,
      ),
    );
    await replicas.timers.advance(1000);
    held.release({ type: 'success' });
    await replicas.timers.advance(1000);
    ((await ended[0]) as Lease).release({ type: 'success' });
    await replicas.timers.advance(1000);
    expect(order).toEqual([0, 1]);
    await replicas.timers.advance(3000);
    expect(await ended[2]).toBeInstanceOf(PoolExhausted);
  });

  it('are dropped when the client leaves while its place is being reserved', async () => {
    const replicas = await ReplicaPools.start(2, [two]);
    const client = new AbortController();
    const asking = replicas.request(0, { signal: client.signal });
    client.abort();
    await Promise.all([expect(asking).rejects.toMatchObject({ reason: 'client-gone' }), replicas.timers.advance(10)]);
    await replicas.lease(1);
    await replicas.lease(1);
    expect(replicas.pool(0).counts()).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it('are retried when the credential is deleted while its place is being reserved', async () => {
    const replicas = await ReplicaPools.start(1, [testCredential('a', { maxConcurrency: 1 }), b]);
    const asking = replicas.request(0);
    await replicas.pool(0).remove('a');
    await replicas.timers.advance(10);
    expect((await asking).credential.id).toBe('b');
  });

  it('teach a limit from the requests of all replicas', async () => {
    const replicas = await ReplicaPools.start(2, [a]);
    const leases: Lease[] = [];
    for (let index = 0; index < 10; index += 1) leases.push(await replicas.lease(index % 2));
    await replicas.timers.advance(150);
    leases[9]?.release({ type: 'failure', failure: failure('concurrency') });
    await replicas.timers.advance(50);
    for (const index of [0, 1]) expect(replicas.stateOf(index, 'a')?.learnedConcurrency).toBe(7);
    for (const lease of leases) lease.release({ type: 'aborted' });
    await replicas.timers.advance(50);
    for (let index = 0; index < 7; index += 1) await replicas.lease(index % 2);
    const another = replicas.request(0);
    await replicas.timers.advance(500);
    expect(replicas.pool(0).counts().waiting).toBe(1);
    void another;
  });

  it('count requests that started before there was a limit', async () => {
    const replicas = await ReplicaPools.start(3, [a]);
    const leases: Lease[] = [];
    for (let index = 0; index < 6; index += 1) leases.push(await replicas.lease(index % 2));
    await replicas.pool(0).edit('a', { maxConcurrency: 4 });
    for (const pool of replicas.pools) await pool.reload();
    await replicas.timers.advance(1100);
    const waiting = replicas.request(2);
    await replicas.timers.advance(500);
    expect(replicas.pool(2).counts()).toMatchObject({ waiting: 1, inFlight: 0 });
    for (const lease of leases.slice(0, 3)) lease.release({ type: 'success' });
    await replicas.timers.advance(500);
    (await waiting).release({ type: 'success' });
    expect(replicas.pool(2).counts()).toMatchObject({ waiting: 0, inFlight: 0 });
  });

  it('teach a lower limit from the requests of all replicas', async () => {
    const replicas = await ReplicaPools.start(2, [testCredential('a', { maxConcurrency: 10 })]);
    const leases: Lease[] = [];
    for (let index = 0; index < 10; index += 1) leases.push(await replicas.lease(index === 0 ? 0 : 1));
    await replicas.timers.advance(1500);
    leases[0]?.release({ type: 'failure', failure: failure('concurrency') });
    await replicas.timers.advance(50);
    for (const index of [0, 1]) expect(replicas.stateOf(index, 'a')?.learnedConcurrency).toBe(7);
  });

  it('keep to the limit that was learned of a route', async () => {
    const replicas = await ReplicaPools.start(2, [a], { affinity: false });
    const endpoints = endpointsOf('model', 'first', 'second');
    const leases = [await replicas.lease(0, { endpoints }), await replicas.lease(1, { endpoints })];
    await replicas.timers.advance(150);
    leases[1]?.release({ type: 'failure', failure: failure('concurrency', { scope: 'route' }) });
    await replicas.timers.advance(50);
    leases[0]?.release({ type: 'success' });
    const first = await replicas.lease(0, { endpoints });
    expect(first.endpoint.route).toBe('first');
    expect((await replicas.lease(1, { endpoints })).endpoint.route).toBe('second');
  });
});

describe('what one replica learns', () => {
  it('holds for all: cool-downs, their end, and what the admin forgets', async () => {
    const replicas = await ReplicaPools.start(3, [a, b]);
    const lease = await replicas.lease(0);
    lease.release(rate);
    await replicas.timers.advance(50);
    for (const index of [0, 1, 2])
      expect(replicas.stateOf(index, 'a')).toMatchObject({ name: 'cooling', cause: 'rate' });
    expect((await replicas.lease(1)).credential.id).toBe('b');
    replicas.pool(2).reset('a');
    await replicas.timers.advance(50);
    for (const index of [0, 1, 2]) expect(replicas.stateOf(index, 'a')).toMatchObject({ name: 'ready' });
  });

  it('holds for all: routes that are shut', async () => {
    const replicas = await ReplicaPools.start(2, [a]);
    const endpoints = endpointsOf('model', 'first', 'second');
    (await replicas.lease(0, { endpoints })).release({
      type: 'failure',
      failure: failure('route', { scope: 'route' }),
    });
    await replicas.timers.advance(50);
    expect(replicas.stateOf(1, 'a')?.routes).toMatchObject([{ route: 'first', name: 'shut', cause: 'route' }]);
    expect((await replicas.lease(1, { endpoints })).endpoint.route).toBe('second');
  });

  it('is not undone by requests that began before the news', async () => {
    const replicas = await ReplicaPools.start(2, [a]);
    const [mine, theirs] = [await replicas.lease(0), await replicas.lease(1)];
    mine.release(rate);
    await replicas.timers.advance(50);
    theirs.release({ type: 'success' });
    await replicas.timers.advance(50);
    for (const index of [0, 1]) expect(replicas.stateOf(index, 'a')).toMatchObject({ name: 'cooling' });
  });

  it('keeps no request out once it is over, whatever news arrived while requests were in flight', async () => {
    const replicas = await ReplicaPools.start(2, [a]);
    const [mine, theirs] = [await replicas.lease(0), await replicas.lease(1)];
    mine.release({ type: 'failure', failure: failure('rate', { retryAfterSeconds: 1 }) });
    await replicas.timers.advance(1100);
    const first = await replicas.lease(0);
    theirs.release(rate);
    await replicas.timers.advance(50);
    first.release({ type: 'success' });
    await replicas.timers.advance(61_000);
    for (const index of [0, 1, 0, 1]) (await replicas.lease(index)).release({ type: 'success' });
  });

  it('reaches a replica that starts later, and one that heard nothing for a while', async () => {
    const replicas = await ReplicaPools.start(2, [a, b]);
    replicas.hub.cut('replica1');
    (await replicas.lease(0)).release(rate);
    await replicas.timers.advance(50);
    expect(replicas.stateOf(1, 'a')).toMatchObject({ name: 'ready' });
    const late = await replicas.add();
    await replicas.timers.advance(50);
    expect(late.get('a')?.state).toMatchObject({ name: 'cooling' });
    replicas.hub.mend('replica1');
    await replicas.timers.advance(50);
    expect(replicas.stateOf(1, 'a')).toMatchObject({ name: 'cooling' });
  });

  it('converges when several learn at once, without echoes', async () => {
    const replicas = await ReplicaPools.start(3, [a]);
    const leases = [await replicas.lease(0), await replicas.lease(1), await replicas.lease(2)];
    leases[0]?.release({ type: 'failure', failure: failure('rate', { retryAfterSeconds: 30 }) });
    leases[1]?.release({ type: 'failure', failure: failure('rate', { retryAfterSeconds: 90 }) });
    leases[2]?.release({ type: 'failure', failure: failure('transient') });
    await replicas.timers.advance(200);
    const states = [0, 1, 2].map((index) => replicas.stateOf(index, 'a'));
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
  });

  it('does not hold for another account', async () => {
    const replicas = await ReplicaPools.start(2, [a]);
    await replicas.pool(0).edit('a', { token: 'another' });
    (await replicas.lease(0)).release(rate);
    await replicas.timers.advance(50);
    expect(replicas.stateOf(1, 'a')).toMatchObject({ name: 'ready' });
    // It reads the edit and asks the others about the new account.
    await replicas.pool(1).reload();
    await replicas.timers.advance(50);
    expect(replicas.stateOf(1, 'a')).toMatchObject({ name: 'cooling' });
  });

  it('is checked for an account by only one replica', async () => {
    const replicas = await ReplicaPools.start(3, [a, b]);
    replicas.probe.reports.set('a@example.com', { status: 'ok', monthlyTotal: 100, monthlyRemaining: 40 });
    await replicas.timers.advance(20_000);
    expect(replicas.probe.asked.sort()).toEqual(['a@example.com', 'b@example.com']);
    for (const pool of replicas.pools) expect(pool.get('a')?.credits).toMatchObject({ monthlyRemaining: 40 });
    await replicas.timers.advance(3_600_000);
    expect(replicas.probe.asked.length).toBeLessThanOrEqual(6);
  });
});

describe('a conversation', () => {
  it('stays with its credential on whichever replica it continues', async () => {
    const replicas = await ReplicaPools.start(2, [a, b]);
    await replicas.lease(0, { affinityKey: 'one', opening: true });
    await replicas.lease(0, { affinityKey: 'two', opening: true });
    await replicas.timers.advance(50);
    for (const [affinityKey, id] of [
      ['one', 'a'],
      ['two', 'b'],
      ['one', 'a'],
      ['one', 'a'],
    ] as const) {
      expect(await replicas.lease(1, { affinityKey })).toMatchObject({ credential: { id }, reason: 'affinity' });
    }
    // The conversation is new.
    expect(await replicas.lease(1, { affinityKey: 'three' })).toMatchObject({ reason: 'round-robin' });
  });
});
