import { describe, expect, it } from 'vitest';
import type { AdminAccount, AdminStore, AuditEntry, StoredSession } from '../../admin/admin-store.ts';
import type { StoreHarness } from './harness.ts';

const account: AdminAccount = {
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  passwordChangeRequired: true,
  secondFactorSecret: null,
  recoveryCodeHashes: [],
};

const session = (id: string, changes: Partial<StoredSession> = {}): StoredSession => ({
  id,
  hash: `hash of ${id}`,
  createdAt: 1000,
  lastSeenAt: 1000,
  expiresAt: 9000,
  address: '::1',
  userAgent: 'Firefox',
  ...changes,
});

const entry = (id: string, at: number): AuditEntry => ({
  id,
  at,
  action: 'credential.add',
  target: 'c1',
  detail: 'Added “first@example.com”',
  address: '127.0.0.1',
});

/** The contract of every AdminStore. */
export function describeAdminStore(engine: string, harness: StoreHarness<AdminStore>): void {
  describe(`AdminStore on ${engine}`, () => {
    it('has no account at first, then the last one created or replaced', async () => {
      const store = await harness.open();
      expect(await store.loadAccount()).toBeUndefined();
      await store.createAccount(account);
      expect(await store.loadAccount()).toEqual(account);
      const other: AdminAccount = {
        passwordHash: 'other',
        passwordChangeRequired: false,
        secondFactorSecret: 'JBSWY3DPEHPK3PXP',
        recoveryCodeHashes: ['a', 'b'],
      };
      expect(await store.replaceAccount(account, other)).toBe(true);
      expect(await (await harness.reopen()).loadAccount()).toEqual(other);
    });

    it('replaces an account only if it is unchanged', async () => {
      const store = await harness.open();
      const before: AdminAccount = { ...account, recoveryCodeHashes: ['a', 'b'] };
      expect(await store.replaceAccount(before, account)).toBe(false);
      await store.createAccount(before);
      const changes: Partial<AdminAccount>[] = [
        { passwordHash: 'other' },
        { passwordChangeRequired: false },
        { secondFactorSecret: 'JBSWY3DPEHPK3PXP' },
        { recoveryCodeHashes: ['b'] },
      ];
      for (const change of changes) expect(await store.replaceAccount({ ...before, ...change }, account)).toBe(false);
      expect(await store.loadAccount()).toEqual(before);
      const rivals = ['c', 'd', 'e'].map((code) => ({ ...before, recoveryCodeHashes: [code] }));
      const replaced = await Promise.all(rivals.map((rival) => store.replaceAccount(before, rival)));
      expect(replaced.filter(Boolean)).toHaveLength(1);
      expect(await store.loadAccount()).toEqual(rivals[replaced.indexOf(true)]);
    });

    it('keeps the last pending second factor until it is deleted', async () => {
      const store = await harness.open();
      expect(await store.loadPendingSecondFactor()).toBeUndefined();
      await store.savePendingSecondFactor({ secret: 'A', until: 1 });
      await store.savePendingSecondFactor({ secret: 'B', until: 2 });
      const again = await harness.reopen();
      expect(await again.loadPendingSecondFactor()).toEqual({ secret: 'B', until: 2 });
      await again.savePendingSecondFactor(undefined);
      expect(await again.loadPendingSecondFactor()).toBeUndefined();
    });

    it('creates an account once, even if called concurrently', async () => {
      const store = await harness.open();
      const rivals = ['a', 'b', 'c'].map((passwordHash) => ({ ...account, passwordHash }));
      const created = await Promise.all(rivals.map((rival) => store.createAccount(rival)));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await store.loadAccount()).toEqual(rivals[created.indexOf(true)]);
      expect(await store.createAccount(account)).toBe(false);
    });

    it('accepts each number once, even if called concurrently or after a restart', async () => {
      const store = await harness.open();
      const all = await Promise.all([1, 2, 3].map(() => store.takeOnce('code', 9)));
      expect(all.filter(Boolean)).toHaveLength(1);
      expect(await store.takeOnce('code', 10)).toBe(true);
      expect(await store.takeOnce('code', 9)).toBe(false);
      expect(await store.takeOnce('other', 9)).toBe(true);
      const again = await harness.reopen();
      expect(await again.takeOnce('code', 10)).toBe(false);
      expect(await again.takeOnce('code', 11)).toBe(true);
    });

    it('keeps sessions after a restart, and replaces one that is saved again', async () => {
      const store = await harness.open();
      await store.saveSession(session('s2', { createdAt: 2000 }));
      await store.saveSession(session('s1'));
      await store.saveSession(session('s2', { createdAt: 2000, address: '10.0.0.1', userAgent: 'curl' }));
      expect(await (await harness.reopen()).listSessions()).toEqual([
        session('s1'),
        session('s2', { createdAt: 2000, address: '10.0.0.1', userAgent: 'curl' }),
      ]);
    });

    it('updates an existing session, but never restores a deleted one', async () => {
      const store = await harness.open();
      await store.saveSession(session('s1'));
      const times = { lastSeenAt: 5000, expiresAt: 12_000 };
      expect(await store.touchSession('s1', times)).toBe(true);
      expect(await store.listSessions()).toEqual([session('s1', times)]);
      expect(await store.deleteSession('s1')).toBe(true);
      expect(await store.touchSession('s1', times)).toBe(false);
      expect(await store.listSessions()).toEqual([]);
    });

    it('deletes one session, all but one, or all', async () => {
      const store = await harness.open();
      for (const id of ['s1', 's2', 's3', 's4']) await store.saveSession(session(id));
      const ids = async () => (await store.listSessions()).map(({ id }) => id);
      expect(await store.deleteSession('s4')).toBe(true);
      expect(await store.deleteSession('s4')).toBe(false);
      expect(await ids()).toEqual(['s1', 's2', 's3']);
      await store.deleteSessions('s2');
      expect(await ids()).toEqual(['s2']);
      await store.deleteSessions();
      expect(await ids()).toEqual([]);
    });

    it('lists the audit log newest first, page by page', async () => {
      const store = await harness.open();
      for (const index of [2, 4, 1, 3]) await store.appendAudit(entry(`id-${index}`, index));
      const first = await store.listAudit({ limit: 3 });
      expect(first).toEqual([entry('id-4', 4), entry('id-3', 3), entry('id-2', 2)]);
      expect(await store.listAudit({ limit: 3, before: 'id-2' })).toEqual([entry('id-1', 1)]);
      expect(await store.listAudit({ limit: 3, before: 'id-1' })).toEqual([]);
    });

    it('deletes old audit entries', async () => {
      const store = await harness.open();
      for (const index of [1, 2, 3]) await store.appendAudit(entry(`id-${index}`, index));
      expect(await store.deleteAuditBefore(3)).toBe(2);
      expect(await store.deleteAuditBefore(3)).toBe(0);
      expect(await store.listAudit({ limit: 9 })).toEqual([entry('id-3', 3)]);
    });
  });
}
