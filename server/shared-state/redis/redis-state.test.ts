import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type RedisServer,
  type RedisServerOptions,
  startRedisCluster,
  startRedisServer,
} from '../../../test/support/redis-server.ts';
import { findSharedRedis, hasRedis } from '../../../test/support/shared-services.ts';
import { createId } from '../../lib/ids.ts';
import type { SharedState } from '../shared-state.ts';
import { describeSharedState } from '../testing/contract.ts';
import { openRedisState, type RedisStateOptions } from './redis-state.ts';

const opened: SharedState[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((state) => state.close()));
});

async function open(options: RedisStateOptions): Promise<SharedState> {
  const state = await openRedisState(options);
  opened.push(state);
  return state;
}

/** Replicas of one gateway on the test run's server. */
async function openReplicas(count: number, options: Partial<RedisStateOptions> = {}): Promise<SharedState[]> {
  const shared = { url: await findSharedRedis(), namespace: createId(), ...options };
  return Promise.all(Array.from({ length: count }, () => open(shared)));
}

async function startServer(options?: RedisServerOptions): Promise<RedisServer> {
  const server = await startRedisServer(options);
  onTestFinished(() => server.close());
  return server;
}

function first(states: readonly SharedState[]): SharedState {
  return states[0] ?? expect.unreachable();
}

if (hasRedis) {
  describeSharedState('on Redis', {
    async openTwo() {
      const [one, other] = await openReplicas(2);
      return [one ?? expect.unreachable(), other ?? expect.unreachable()];
    },
  });
}

describe.skipIf(!hasRedis)('replicas on Redis', () => {
  it('keep their shelf within its bound: the oldest texts are evicted', async () => {
    const state = first(await openReplicas(1));
    const bounds = { milliseconds: 60_000, limit: 100 };
    for (const name of ['a', 'b', 'c']) await state.shelf.put([name, `${name}:item`], name.repeat(40), bounds);
    expect(await state.shelf.get('a')).toBeUndefined();
    expect(await state.shelf.get('a:item')).toBeUndefined();
    expect((await state.shelf.get('c'))?.text).toBe('c'.repeat(40));
    await state.shelf.put(['too-large'], 'x'.repeat(101), bounds);
    expect(await state.shelf.get('too-large')).toBeUndefined();
    expect((await state.shelf.get('b'))?.name).toBe('b');
  });

  it('publish news to each other, not to themselves', async () => {
    const [one, other] = [first(await openReplicas(1)), first(await openReplicas(1))];
    const [same, stranger] = await openReplicas(2);
    if (same === undefined || stranger === undefined) return expect.unreachable();
    const [heard, own, foreign] = [vi.fn(), vi.fn(), vi.fn()];
    same.news.subscribe('health', own);
    stranger.news.subscribe('health', heard);
    one.news.subscribe('health', foreign);
    other.news.subscribe('health', foreign);
    await vi.waitUntil(() => {
      same.news.publish('health', { id: 'c1', until: 5, text: 'é' });
      return heard.mock.calls.length > 0;
    }, 10_000);
    expect(heard).toHaveBeenCalledWith({ id: 'c1', until: 5, text: 'é' });
    same.news.publish('other topic', 1);
    await wait(50);
    expect(own).not.toHaveBeenCalled();
    expect(foreign).not.toHaveBeenCalled();
    expect(heard).not.toHaveBeenCalledWith(1);
  });

  it('leave a duty with one of them, until it gives the duty up or its claim expires', async () => {
    const [one, other] = await openReplicas(2);
    expect(await one?.duties.claim('sweep', 60_000)).toBe(true);
    expect(await other?.duties.claim('sweep', 60_000)).toBe(false);
    await one?.close();
    expect(await other?.duties.claim('sweep', 100)).toBe(true);
    const third = await open({ url: await findSharedRedis(), namespace: 'x' });
    expect(await third.duties.claim('sweep', 60_000)).toBe(true);
  });

  it('release what a dead replica held, not what a live one holds', async () => {
    const [dead, alive, asking] = await openReplicas(3, { lease: 1500 });
    const lines = [{ account: 'day', unit: 'tokens', limit: 100 } as const];
    await alive?.budgets.open('k', [{ account: 'day', spent: 0, expiresAt: Date.now() + 60_000 }]);
    const reserve = (state: SharedState | undefined, tokens: number) =>
      state?.budgets.reserve('k', { tokens, nanodollars: 0 }, lines);
    await dead?.places.reserve('c', 2, 3);
    await alive?.places.reserve('c', 1, 3);
    await reserve(dead, 60);
    await reserve(alive, 40);
    expect(await asking?.places.reserve('c', 1, 3)).toBeUndefined();
    expect(await reserve(asking, 1)).toMatchObject({ kind: 'refused', by: 'held' });
    await dead?.close();
    const patience = { timeout: 20_000, interval: 50 };
    await vi.waitFor(async () => expect(await reserve(asking, 60)).toMatchObject({ kind: 'reserved' }), patience);
    expect(await reserve(asking, 1)).toMatchObject({ kind: 'refused' });
    await vi.waitFor(async () => expect(await asking?.places.reserve('c', 2, 3)).toBeDefined(), patience);
    expect(await asking?.places.reserve('c', 1, 3)).toBeUndefined();
  });
});

describe.skipIf(!hasRedis)('a replica whose Redis is away', () => {
  async function setUp() {
    const server = await startServer();
    const [onLost, onFound] = [vi.fn(), vi.fn()];
    const options = { url: server.url, namespace: 'n' };
    const state = await open({ ...options, onLost, onFound });
    const other = await open(options);
    return { server, state, other, onLost, onFound };
  }
  const isShared = (state: SharedState) => state.status().isShared;

  it('counts for itself, reports this once, and reconnects by itself', async () => {
    const { server, state, onLost, onFound } = await setUp();
    expect(onFound).not.toHaveBeenCalled();
    expect(onLost).not.toHaveBeenCalled();
    expect(state.status()).toMatchObject({ kind: 'redis', isShared: true });
    const counter = state.counter('c', 60);
    await counter.penalty('k', 5);
    await server.stop();
    await vi.waitUntil(() => !isShared(state), 10_000);
    expect(await counter.penalty('k', 2)).toMatchObject({ consumedPoints: 2 });
    expect(await state.places.reserve('p', 1, 1)).toBeDefined();
    expect(await state.places.reserve('p', 1, 1)).toBeUndefined();
    expect(await state.duties.claim('d', 1000)).toBe(true);
    await state.notes.write(new Map([['n', 'text']]), 60_000);
    expect(await state.notes.read('n')).toBe('text');
    state.news.publish('t', 1);
    expect(onLost).toHaveBeenCalledOnce();
    await server.start();
    await vi.waitUntil(() => isShared(state), 5000);
    expect(onFound).toHaveBeenCalledOnce();
    expect(await counter.penalty('k')).toMatchObject({ consumedPoints: 1 });
  });

  it('restores the places of its running requests', async () => {
    const { server, state, other } = await setUp();
    const [, last] = [await state.places.reserve('p', 1, 3), await state.places.reserve('p', 1, 3)];
    await server.stop('SIGKILL');
    await vi.waitUntil(() => !isShared(state) && !isShared(other), 10_000);
    await server.start();
    await vi.waitUntil(() => isShared(state) && isShared(other), 5000);
    expect(await other.places.reserve('p', 2, 3)).toBeUndefined();
    last?.release();
    await state.notes.read('nothing');
    expect(await other.places.reserve('p', 2, 3)).toBeDefined();
  });

  it('reopens budgets it has booked on meanwhile', async () => {
    const { server, state, other } = await setUp();
    const account = { account: 'day', spent: 10, expiresAt: Date.now() + 60_000 };
    const reserve = (replica: SharedState) =>
      replica.budgets.reserve('k', { tokens: 1, nanodollars: 0 }, [{ account: 'day', unit: 'tokens', limit: 50 }]);
    await state.budgets.open('k', [account]);
    const before = await reserve(state);
    await server.stop();
    await vi.waitUntil(() => !isShared(state) && !isShared(other), 10_000);
    expect(await reserve(state)).toEqual({ kind: 'unknown', accounts: ['day'] });
    await state.budgets.open('k', [account]);
    const meanwhile = await reserve(state);
    for (const answer of [before, meanwhile]) {
      if (answer.kind === 'reserved') answer.reservation.settle([{ account: 'day', amount: 45 }]);
    }
    expect(await reserve(state)).toMatchObject({ kind: 'refused', by: 'spent' });
    await server.start();
    await vi.waitUntil(() => isShared(state) && isShared(other), 5000);
    await other.budgets.open('k', [account]);
    await vi.waitUntil(async () => (await reserve(other)).kind !== 'unknown', 10_000);
  });

  it('is notified of a gap in the news', async () => {
    const { server, state, other } = await setUp();
    const [onGap, heard] = [vi.fn(), vi.fn()];
    state.news.onGap(onGap);
    state.news.subscribe('t', heard);
    await server.stop();
    await server.start();
    await vi.waitUntil(() => onGap.mock.calls.length > 0, 5000);
    await vi.waitUntil(() => {
      other.news.publish('t', 'again');
      return heard.mock.calls.length > 0;
    }, 5000);
  });

  it('starts without it', async () => {
    const server = await startServer();
    await server.stop();
    const [onLost, onFound] = [vi.fn(), vi.fn()];
    const state = await open({ url: server.url, namespace: 'n', startTimeout: 10_000, onLost, onFound });
    expect(isShared(state)).toBe(false);
    expect(onLost).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ECONNREFUSED' }));
    expect(await state.counter('c', 60).penalty('k')).toMatchObject({ consumedPoints: 1 });
    await server.start();
    await vi.waitUntil(() => isShared(state), 5000);
    expect(onFound).toHaveBeenCalledOnce();
  });

  it('is delayed only once by an unresponsive server', async () => {
    const { server, state } = await setUp();
    const counter = state.counter('c', 60);
    const { pid } = server;
    if (pid === undefined) return expect.unreachable();
    process.kill(pid, 'SIGSTOP');
    try {
      const began = performance.now();
      expect(await counter.penalty('k')).toMatchObject({ consumedPoints: 1 });
      expect(performance.now() - began).toBeLessThan(5000);
      const again = performance.now();
      for (let count = 0; count < 50; count += 1) await counter.penalty('k');
      expect(performance.now() - again).toBeLessThan(5000);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await vi.waitUntil(() => isShared(state), 8000);
  });
});

describe.skipIf(!hasRedis)('Redis in its other forms', () => {
  const patience = { timeout: 20_000 };
  const check = async (url: string) => {
    const options = { url, namespace: createId() };
    const [one, other] = [await open(options), await open(options)];
    expect([one.status(), other.status()]).toMatchObject([{ isShared: true }, { isShared: true }]);
    await one.counter('c', 60).penalty('k');
    expect(await other.counter('c', 60).penalty('k')).toMatchObject({ consumedPoints: 2 });
    expect(await one.places.reserve('p', 1, 1)).toBeDefined();
    expect(await other.places.reserve('p', 1, 1)).toBeUndefined();
    const accounts = ['day', 'month'].map((account) => ({ account, spent: 0, expiresAt: Date.now() + 60_000 }));
    await one.budgets.open('k', accounts);
    const lines = accounts.map(({ account }) => ({ account, unit: 'tokens' as const, limit: 5 }));
    expect(await other.budgets.reserve('k', { tokens: 4, nanodollars: 0 }, lines)).toMatchObject({ kind: 'reserved' });
    expect(await one.budgets.reserve('k', { tokens: 4, nanodollars: 0 }, lines)).toMatchObject({ kind: 'refused' });
    const heard = vi.fn();
    one.news.subscribe('t', heard);
    await vi.waitUntil(() => {
      other.news.publish('t', 1);
      return heard.mock.calls.length > 0;
    }, 5000);
    expect([one.status(), other.status()]).toMatchObject([{ isShared: true }, { isShared: true }]);
  };

  it('asks for a password', async () => {
    const { port } = await startServer({ settings: ['--requirepass', 'p@ss'] });
    await check(`redis://:p%40ss@127.0.0.1:${port}/5`);
    const onLost = vi.fn();
    const url = `redis://:wrong@127.0.0.1:${port}`;
    const wrong = await open({ url, namespace: 'n', startTimeout: 10_000, onLost });
    expect(wrong.status()).toMatchObject({ isShared: false });
    expect(String(onLost.mock.lastCall)).toContain('WRONGPASS');
  });

  it('speaks TLS', async () => {
    const { port, certificate } = await startServer({ hasTls: true });
    await check(`rediss://localhost:${port}?ca=${certificate}`);
    const onLost = vi.fn();
    const strange = await open({ url: `rediss://localhost:${port}`, namespace: 'n', startTimeout: 10_000, onLost });
    expect(strange.status()).toMatchObject({ isShared: false });
    expect(String(onLost.mock.lastCall)).toContain('self-signed certificate');
  });

  it('is a cluster', async () => {
    const nodes = await startRedisCluster(3);
    onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.close()))));
    // A connection to any node finds the others.
    for (const { port } of nodes) await check(`redis+cluster://127.0.0.1:${port}`);
    // Enough keys that every node has some.
    const state = await open({ url: `redis+cluster://127.0.0.1:${nodes[0]?.port}`, namespace: createId() });
    const counter = state.counter('c', 60);
    await Promise.all(Array.from({ length: 60 }, (_, index) => counter.penalty(`k${index}`)));
    expect(state.status()).toMatchObject({ isShared: true });
    expect(await Promise.all(nodes.map((node) => node.command('dbsize')))).not.toContain('0');
  });

  it('is found by sentinels, also when another server takes the place of the first', async () => {
    const master = await startServer();
    await startServer({ settings: ['--replicaof', `127.0.0.1 ${master.port}`] });
    const sentinel = await startServer({ watches: { group: 'main', port: master.port } });
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/main`;
    await check(url);
    await vi.waitUntil(
      async () => (await sentinel.command('sentinel', 'replicas', 'main')).includes('slave'),
      patience,
    );
    const state = await open({ url, namespace: 'n' });
    await master.stop('SIGKILL');
    await vi.waitUntil(() => !state.status().isShared, patience);
    expect(await state.counter('c', 60).penalty('k')).toMatchObject({ consumedPoints: 1 });
    await vi.waitUntil(() => state.status().isShared, patience);
    await check(url);
  });
});
