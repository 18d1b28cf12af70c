import { isDeepStrictEqual } from 'node:util';
import type { AdminAccount, AdminStore, AuditEntry, PendingSecondFactor, StoredSession } from '../admin-store.ts';

/** An in-memory implementation of AdminStore. */
export function createMemoryAdminStore(): AdminStore {
  let account: AdminAccount | undefined;
  let pending: PendingSecondFactor | undefined;
  const sessions = new Map<string, StoredSession>();
  const audit: AuditEntry[] = [];
  const taken = new Map<string, number>();
  return {
    loadAccount: async () => account,
    async createAccount(created) {
      if (account !== undefined) return false;
      account = created;
      return true;
    },
    async replaceAccount(previous, next) {
      if (!isDeepStrictEqual(account, previous)) return false;
      account = next;
      return true;
    },
    loadPendingSecondFactor: async () => pending,
    async savePendingSecondFactor(saved) {
      pending = saved;
    },
    async takeOnce(name, number) {
      if (number <= (taken.get(name) ?? -1)) return false;
      taken.set(name, number);
      return true;
    },
    listSessions: async () => [...sessions.values()],
    async saveSession(session) {
      sessions.set(session.id, session);
    },
    async touchSession(id, times) {
      const session = sessions.get(id);
      if (session !== undefined) sessions.set(id, { ...session, ...times });
      return session !== undefined;
    },
    deleteSession: async (id) => sessions.delete(id),
    async deleteSessions(exceptId) {
      for (const id of sessions.keys()) if (id !== exceptId) sessions.delete(id);
    },
    async appendAudit(entry) {
      audit.unshift(entry);
    },
    async listAudit({ before, limit }) {
      const start = before === undefined ? 0 : audit.findIndex((entry) => entry.id === before) + 1;
      return audit.slice(start, start + limit);
    },
    async deleteAuditBefore(time) {
      const kept = audit.filter((entry) => entry.at >= time);
      return audit.splice(0, audit.length, ...kept).length - kept.length;
    },
  };
}
