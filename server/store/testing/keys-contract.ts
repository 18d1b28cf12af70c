import { describe, expect, it } from 'vitest';
import { type ApiKey, type KeyStore, noLimits } from '../../keys/key.ts';
import type { StoreHarness } from './harness.ts';

const sampleKey = (changes: Partial<ApiKey> = {}): ApiKey => ({
  id: 'k1',
  name: 'Laptop',
  hash: 'a'.repeat(64),
  masked: 'sk-Ab…yz12',
  enabled: true,
  createdAt: 1000,
  expiresAt: null,
  lastUsedAt: null,
  limits: noLimits,
  promptCaching: null,
  contentLoggingUntil: null,
  ...changes,
});

/** The contract of every KeyStore. */
export function describeKeyStore(engine: string, harness: StoreHarness<KeyStore>): void {
  describe(`KeyStore on ${engine}`, () => {
    it('keeps every field and the secret after a restart, oldest first', async () => {
      const store = await harness.open();
      const late = sampleKey({ createdAt: 2000 });
      const early = sampleKey({
        id: 'k2',
        hash: 'b'.repeat(64),
        name: '名',
        enabled: false,
        expiresAt: 5000,
        lastUsedAt: 3000,
        promptCaching: 'off',
        contentLoggingUntil: 6000,
        limits: {
          requestsPerMinute: 1,
          tokensPerMinute: 2,
          concurrentRequests: 3,
          tokensPerDay: 4,
          tokensPerMonth: 5,
          dollarsPerDay: 0.5,
          dollarsPerMonth: 6.25,
          models: ['anthropic:x', 'y'],
          addresses: ['10.0.0.0/8'],
        },
      });
      await store.insert(late, 'sk-late');
      await store.insert(early, 'sk-early');
      const again = await harness.reopen();
      expect(await again.list()).toEqual([early, late]);
      expect(await again.readSecret('k1')).toBe('sk-late');
      expect(await again.readSecret('k2')).toBe('sk-early');
      expect(await again.readSecret('none')).toBeUndefined();
    });

    it('changes the given fields, and the secret only if there is a new one', async () => {
      const store = await harness.open();
      await store.insert(sampleKey({ expiresAt: 5 }), 'sk-old');
      const limits = { ...noLimits, models: [] };
      expect(await store.update('k1', { name: 'Desktop', enabled: false, expiresAt: null, limits })).toBe(true);
      expect(await store.list()).toEqual([sampleKey({ name: 'Desktop', enabled: false, limits })]);
      expect(await store.readSecret('k1')).toBe('sk-old');
      expect(await store.update('k1', { hash: 'c'.repeat(64), masked: 'sk-n…' }, 'sk-new')).toBe(true);
      expect(await store.readSecret('k1')).toBe('sk-new');
      expect(await store.list()).toMatchObject([{ hash: 'c'.repeat(64), masked: 'sk-n…', name: 'Desktop' }]);
      expect(await store.update('none', { name: 'x' })).toBe(false);
      expect(await store.update('none', {})).toBe(false);
      expect(await store.update('k1', {})).toBe(true);
    });

    it('deletes a key and its secret', async () => {
      const store = await harness.open();
      await store.insert(sampleKey(), 'sk-secret');
      expect(await store.delete('k1')).toBe(true);
      expect(await store.delete('k1')).toBe(false);
      expect(await store.list()).toEqual([]);
      expect(await store.readSecret('k1')).toBeUndefined();
    });

    it('rejects a second key with the same hash', async () => {
      const store = await harness.open();
      await store.insert(sampleKey(), 'sk-1');
      await expect(store.insert(sampleKey({ id: 'k2' }), 'sk-2')).rejects.toThrow();
      expect(await store.list()).toHaveLength(1);
    });

    it('sets the last use of several keys at once, ignoring deleted ones', async () => {
      const store = await harness.open();
      await store.insert(sampleKey(), 'sk-1');
      await store.insert(sampleKey({ id: 'k2', hash: 'b', lastUsedAt: 1 }), 'sk-2');
      await store.insert(sampleKey({ id: 'k3', hash: 'c' }), 'sk-3');
      await store.touch(
        new Map([
          ['k1', 10],
          ['k2', 20],
          ['gone', 30],
        ]),
      );
      expect((await store.list()).map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual([
        ['k1', 10],
        ['k2', 20],
        ['k3', null],
      ]);
    });
  });
}
