import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Replica, ReplicaStore } from './replica.ts';
import { registerReplica } from './replica-register.ts';

function createMemoryStore(): ReplicaStore & { readonly replicas: Map<string, Replica>; isAway: boolean } {
  const replicas = new Map<string, Replica>();
  const store = {
    replicas,
    isAway: false,
    async beat(replica: Replica, gone: readonly Pick<Replica, 'id' | 'seenAt'>[]) {
      if (store.isAway) throw new Error('away');
      replicas.set(replica.id, replica);
      for (const { id, seenAt } of gone) if (replicas.get(id)?.seenAt === seenAt) replicas.delete(id);
      return [...replicas.values()];
    },
    async leave(id: string) {
      replicas.delete(id);
    },
  };
  return store;
}

const self = (id: string) => ({ id, name: `host-${id}`, version: '1.0.0' });
const ids = (replicas: readonly Replica[]) => replicas.map(({ id }) => id);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('replicas see each other, and the end of one', async () => {
  const store = createMemoryStore();
  const onChange = vi.fn();
  let requests = 0;
  const shared = { store, requests: () => requests, isSharing: () => true };
  const one = registerReplica({ ...shared, self: self('a'), onChange: (others) => onChange(ids(others)) });
  expect(ids(one.list())).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(0);
  expect(onChange).not.toHaveBeenCalled();
  const other = registerReplica({ ...shared, self: self('b') });
  requests = 7;
  await vi.advanceTimersByTimeAsync(5000);
  expect(onChange).toHaveBeenCalledExactlyOnceWith(['b']);
  expect(one.list()).toMatchObject([
    { id: 'a', name: 'host-a', version: '1.0.0', since: 1_000_000, requests: 7, isSharing: true },
    { id: 'b', requests: 7 },
  ]);
  await other.close();
  await vi.advanceTimersByTimeAsync(5000);
  expect(onChange).toHaveBeenLastCalledWith([]);
  await one.close();
  expect(store.replicas.size).toBe(0);
});

test('a replica without heartbeats is removed', async () => {
  const store = createMemoryStore();
  const shared = { store, requests: () => 0, isSharing: () => false };
  const one = registerReplica({ ...shared, self: self('a') });
  store.replicas.set('b', { ...self('b'), since: 0, seenAt: 1_000_000, requests: 0, isSharing: false });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(ids(one.list())).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ids(one.list())).toEqual(['a']);
  await one.close();
});

test.each([-3_600_000, -30_000, 30_000, 3_600_000])('clocks may differ by %d ms', async (skew) => {
  const store = createMemoryStore();
  const onChange = vi.fn();
  const shared = { store, requests: () => 0, isSharing: () => false };
  const one = registerReplica({ ...shared, self: self('a'), onChange: (others) => onChange(ids(others)) });
  const other = registerReplica({ ...shared, self: self('b'), clock: () => Date.now() + skew });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onChange.mock.calls).toEqual([[['b']]]);
  expect([ids(one.list()), ids(other.list())]).toEqual([
    ['a', 'b'],
    ['b', 'a'],
  ]);
  const last = store.replicas.get('b') ?? expect.unreachable();
  await other.close();
  // It was killed.
  store.replicas.set('b', last);
  await vi.advanceTimersByTimeAsync(35_000);
  expect(ids(one.list())).toEqual(['a']);
  expect([...store.replicas.keys()]).toEqual(['a']);
  await one.close();
});

test.each([-3_600_000, 3_600_000])('a clock that jumps by %d ms loses no replica', async (jump) => {
  const store = createMemoryStore();
  const onChange = vi.fn();
  const shared = { store, requests: () => 0, isSharing: () => false };
  let offset = 0;
  const clock = () => Date.now() + offset;
  const one = registerReplica({ ...shared, self: self('a'), clock, onChange: (others) => onChange(ids(others)) });
  const other = registerReplica({ ...shared, self: self('b') });
  await vi.advanceTimersByTimeAsync(30_000);
  offset = jump;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(onChange.mock.calls).toEqual([[['b']]]);
  await Promise.all([one.close(), other.close()]);
});

test('a store for one replica at a time has no others, only remains of killed ones', async () => {
  const store = createMemoryStore();
  const onChange = vi.fn();
  store.replicas.set('killed', { ...self('killed'), since: 0, seenAt: 1_000_000, requests: 0, isSharing: false });
  const shared = { store, requests: () => 0, isSharing: () => false };
  const only = registerReplica({ ...shared, self: self('a'), isExclusive: true, onChange });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ids(only.list())).toEqual(['a']);
  expect(onChange).not.toHaveBeenCalled();
  expect([...store.replicas.keys()]).toEqual(['a']);
  await only.close();
});

test('the last known list stays while the store is unavailable', async () => {
  const store = createMemoryStore();
  const shared = { store, requests: () => 0, isSharing: () => true };
  const [one, other] = [
    registerReplica({ ...shared, self: self('a') }),
    registerReplica({ ...shared, self: self('b') }),
  ];
  await vi.advanceTimersByTimeAsync(5000);
  store.isAway = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ids(one.list())).toEqual(['a', 'b']);
  store.isAway = false;
  await vi.advanceTimersByTimeAsync(5000);
  expect(ids(one.list())).toEqual(['a', 'b']);
  await Promise.all([one.close(), other.close()]);
});
