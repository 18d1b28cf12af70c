import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Replica } from '../replicas/replica.ts';
import { joinReplicas } from './join-replicas.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_750_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function createStore() {
  const replicas = new Map<string, Replica>();
  return {
    async beat(replica: Replica, gone: readonly Pick<Replica, 'id' | 'seenAt'>[]) {
      replicas.set(replica.id, replica);
      for (const { id, seenAt } of gone) if (replicas.get(id)?.seenAt === seenAt) replicas.delete(id);
      return [...replicas.values()];
    },
    leave: async (id: string) => void replicas.delete(id),
  };
}

const statusOf = (kind: 'local' | 'redis', isShared: boolean) => ({ kind, isShared, since: 0 });

function join(store: ReturnType<typeof createStore>, port: number, status = statusOf('local', true)) {
  return joinReplicas({
    store,
    shared: { status: () => status, duties: { claim: async (duty) => duty === 'leased' } },
    port,
    isExclusive: false,
    version: '1.0.0',
    requests: () => 0,
    warn: () => undefined,
  });
}

test('without Redis, duties belong to the oldest replica', async () => {
  const store = createStore();
  const first = join(store, 1);
  await vi.advanceTimersByTimeAsync(1000);
  const second = join(store, 2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await Promise.all([first, second].map(({ duties }) => duties.claim('any', 1)))).toEqual([true, false]);
  await first.close();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await second.duties.claim('any', 1)).toBe(true);
  await second.close();
});

test('with Redis, duties are leases, and without it they fall back', async () => {
  const store = createStore();
  const away = join(store, 1, statusOf('redis', false));
  await vi.advanceTimersByTimeAsync(1000);
  const sharing = join(store, 2, statusOf('redis', true));
  await vi.advanceTimersByTimeAsync(5000);
  expect(await sharing.duties.claim('leased', 1)).toBe(true);
  expect(await sharing.duties.claim('of another', 1)).toBe(false);
  expect(await away.duties.claim('of another', 1)).toBe(true);
  expect(sharing.sharingTrouble()).toBeUndefined();
  expect(away.problems()).toMatchObject([{ keepsFromServing: false }]);
  await Promise.all([away.close(), sharing.close()]);
});
