import { describe, expect, it } from 'vitest';
import { type Credential, CredentialExists, type CredentialStore } from '../../pool/credential.ts';
import type { StoreHarness } from './harness.ts';

export const sampleCredential = (changes: Partial<Credential> = {}): Credential => ({
  id: 'c1',
  label: 'First',
  email: 'first@example.com',
  token: 'ATATT3xFfGF0-first',
  tokenExpiresAt: null,
  cloudId: null,
  enabled: true,
  draining: false,
  weight: 1,
  maxConcurrency: null,
  createdAt: 1000,
  lastUsedAt: null,
  ...changes,
});

/** The contract of every CredentialStore. */
export function describeCredentialStore(engine: string, harness: StoreHarness<CredentialStore>): void {
  describe(`CredentialStore on ${engine}`, () => {
    it('is empty at first', async () => {
      const store = await harness.open();
      expect(await store.list()).toEqual([]);
      expect(await store.loadStates()).toEqual([]);
    });

    it('keeps every field after a restart, oldest first', async () => {
      const store = await harness.open();
      const first = sampleCredential({ createdAt: 2000 });
      const second = sampleCredential({
        id: 'c2',
        label: '第二',
        email: 'second@example.com',
        token: 'tökén "quoted" \u0000',
        tokenExpiresAt: 1_800_000_000_000,
        cloudId: 'cloud',
        enabled: false,
        draining: true,
        weight: 0,
        maxConcurrency: 5,
        createdAt: 1000,
        lastUsedAt: 3000,
      });
      await store.insert(first);
      await store.insert(second);
      expect(await (await harness.reopen()).list()).toEqual([second, first]);
    });

    it('changes the given fields and no others', async () => {
      const store = await harness.open();
      await store.insert(sampleCredential({ cloudId: 'cloud', maxConcurrency: 3 }));
      const changes = { token: 'other', cloudId: null, enabled: false, weight: 7, lastUsedAt: 9, tokenExpiresAt: 5 };
      expect(await store.update('c1', changes)).toBe(true);
      expect(await store.list()).toEqual([sampleCredential({ maxConcurrency: 3, ...changes })]);
      expect(await store.update('c1', { maxConcurrency: null, draining: true, label: 'L', email: 'e@e' })).toBe(true);
      expect(await store.list()).toEqual([
        sampleCredential({ ...changes, maxConcurrency: null, draining: true, label: 'L', email: 'e@e' }),
      ]);
    });

    it('reports whether the credential existed', async () => {
      const store = await harness.open();
      await store.insert(sampleCredential());
      expect(await store.update('none', { weight: 2 })).toBe(false);
      expect(await store.update('none', {})).toBe(false);
      expect(await store.update('c1', {})).toBe(true);
      expect(await store.delete('none')).toBe(false);
      expect(await store.delete('c1')).toBe(true);
      expect(await store.delete('c1')).toBe(false);
      expect(await store.list()).toEqual([]);
    });

    it('rejects a second credential with the same email, new or changed', async () => {
      const store = await harness.open();
      await store.insert(sampleCredential());
      await store.insert(sampleCredential({ id: 'c2', email: 'second@example.com' }));
      await expect(store.insert(sampleCredential({ id: 'c3' }))).rejects.toThrow(CredentialExists);
      await expect(store.update('c2', { email: 'first@example.com' })).rejects.toThrow(CredentialExists);
      await expect(store.update('c2', { email: 'First@Example.com' })).rejects.toThrow(CredentialExists);
      expect((await store.list()).map(({ email }) => email)).toEqual(['first@example.com', 'second@example.com']);
    });

    it('stores and replaces states, and deletes those of deleted credentials', async () => {
      const store = await harness.open();
      await store.insert(sampleCredential());
      await store.insert(sampleCredential({ id: 'c2', email: 'second@example.com' }));
      await store.saveStates([
        { credentialId: 'c1', state: { name: 'cooling', until: 5 } },
        { credentialId: 'c2', state: null },
        { credentialId: 'gone', state: 1 },
      ]);
      await store.saveStates([{ credentialId: 'c1', state: [1, 'two'] }]);
      const again = await harness.reopen();
      expect((await again.loadStates()).toSorted((a, b) => (a.credentialId < b.credentialId ? -1 : 1))).toEqual([
        { credentialId: 'c1', state: [1, 'two'] },
        { credentialId: 'c2', state: null },
      ]);
      await again.delete('c1');
      expect(await again.loadStates()).toEqual([{ credentialId: 'c2', state: null }]);
    });

    it('stays consistent under concurrent writes', async () => {
      const store = await harness.open();
      const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
      await Promise.all(
        ids.flatMap((id, index) => [
          store.insert(sampleCredential({ id, email: `${id}@example.com`, createdAt: index })),
          store.saveStates([{ credentialId: id, state: index }]),
          store.list(),
        ]),
      );
      expect((await store.list()).map(({ id }) => id)).toEqual(ids);
      expect(await store.loadStates()).toHaveLength(20);
    });
  });
}
