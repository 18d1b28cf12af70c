import { describe, expect, it } from 'vitest';
import type { Replica, ReplicaStore } from '../../replicas/replica.ts';
import type { StoreHarness } from './harness.ts';

const replica = (id: string, changes: Partial<Replica> = {}): Replica => ({
  id,
  name: `host-${id}:8000`,
  version: '1.0.0',
  since: 1000,
  seenAt: 2000,
  requests: 0,
  isSharing: true,
  ...changes,
});

/** The contract of every ReplicaStore. */
export function describeReplicaStore(engine: string, harness: StoreHarness<ReplicaStore>): void {
  describe(`ReplicaStore on ${engine}`, () => {
    it('knows each replica as last reported', async () => {
      const store = await harness.open();
      expect(await store.beat(replica('b', { since: 1001 }), [])).toEqual([replica('b', { since: 1001 })]);
      await store.beat(replica('a'), []);
      const later = replica('b', { since: 1001, seenAt: 3000, requests: 2 ** 40, isSharing: false });
      expect(await store.beat(later, [])).toEqual([replica('a'), later]);
    });

    it('forgets replicas that are gone and have not reported again, and those that end', async () => {
      const store = await harness.open();
      await store.beat(replica('a', { seenAt: 2000 }), []);
      await store.beat(replica('b', { seenAt: 2001 }), []);
      const gone = ['a', 'b', 'nobody'].map((id) => ({ id, seenAt: 2000 }));
      expect(await store.beat(replica('c', { seenAt: 5000 }), gone)).toMatchObject([{ id: 'b' }, { id: 'c' }]);
      await store.leave('b');
      await store.leave('nobody');
      expect(await store.beat(replica('c', { seenAt: 5000 }), [])).toMatchObject([{ id: 'c' }]);
    });
  });
}
