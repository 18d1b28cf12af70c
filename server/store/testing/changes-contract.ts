import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Store } from '../open-store.ts';
import { sampleCredential } from './credentials-contract.ts';
import type { StoreProvider } from './harness.ts';

const pause = () => once(AbortSignal.timeout(80), 'abort');

/** Waits until the store's watcher is active. */
async function startWatching(store: Store, other: Store) {
  const onChange = vi.fn();
  const stop = store.watchChanges(onChange);
  await vi.waitUntil(async () => {
    await other.settings.save('probe', Math.random());
    return onChange.mock.calls.length > 0;
  }, 10_000);
  await pause();
  onChange.mockClear();
  return { onChange, stop };
}

/** How changes by one program reach another. */
export function describeChanges({ engine, open }: StoreProvider): void {
  describe(`watchChanges on ${engine}`, () => {
    it('reports changes by others once they can be read, but not its own', async () => {
      const [store, other] = [await open(), await open()];
      const { onChange } = await startWatching(store, other);
      await store.settings.save('pool', 1);
      await store.credentials.insert(sampleCredential());
      await pause();
      expect(onChange).not.toHaveBeenCalled();
      const seen = Promise.withResolvers<number>();
      onChange.mockImplementation(() => void store.credentials.list().then((list) => seen.resolve(list.length)));
      await other.credentials.insert(sampleCredential({ id: 'c2', email: 'second@example.com' }));
      expect(await seen.promise).toBe(2);
    });

    it.each<[string, (other: Store) => Promise<unknown>]>([
      ['a credential changed', (other) => other.credentials.update('c1', { enabled: false })],
      ['a credential deleted', (other) => other.credentials.delete('c1')],
      ['a session begun', (other) => other.admin.saveSession(session)],
      ['a model put', (other) => other.models.put(model)],
    ])('tells of %s', async (_, change) => {
      const [store, other] = [await open(), await open()];
      await store.credentials.insert(sampleCredential());
      const { onChange } = await startWatching(store, other);
      await change(other);
      await vi.waitUntil(() => onChange.mock.calls.length > 0, 10_000);
    });

    it('resolves after changes by others were reported', async () => {
      const [store, other] = [await open(), await open()];
      const { onChange } = await startWatching(store, other);
      for (let round = 0; round < 20; round += 1) {
        await other.settings.save('pool', round);
        await store.checkForChanges();
        expect(onChange).toHaveBeenCalledTimes(round + 1);
      }
    });

    it('does not call a watcher that was stopped', async () => {
      const [store, other] = [await open(), await open()];
      const { onChange, stop } = await startWatching(store, other);
      stop();
      await other.settings.save('pool', 1);
      await pause();
      expect(onChange).not.toHaveBeenCalled();
    });
  });
}

const session = { id: 's1', hash: 'h', createdAt: 1, lastSeenAt: 1, expiresAt: 2, address: '', userAgent: '' };
const model = { id: 'm', enabled: true, custom: false, aliases: [], fallbacks: [] };
