import type { Kysely, Selectable } from 'kysely';
import type { AdminAccount, AdminStore, AuditEntry, StoredSession } from '../admin/admin-store.ts';
import { parseJson, readRecord } from '../lib/json.ts';
import type { Vault } from '../lib/secrets.ts';
import { fromFlag, toFlag } from './columns.ts';
import { sealedMeta, sealPurposes } from './sealed-columns.ts';
import type { AdminAccountRow, AdminSessionRow, Tables } from './tables.ts';

const accountId = 1;
/** Digits to pad a number to before it is compared as text. A safe integer has at most 16. */
const numberLength = 16;
const secondFactorPurpose = sealPurposes.secondFactor;

/** The admin's account, sessions and audit log. The second factor's secret is encrypted. */
export function createAdminTable(db: Kysely<Tables>, vault: Vault): AdminStore {
  return {
    ...accountMethods(db, vault),
    ...pendingMethods(db, vault),
    ...onceMethods(db),
    ...sessionMethods(db),
    ...auditMethods(db),
  };
}

function accountMethods(
  db: Kysely<Tables>,
  vault: Vault,
): Pick<AdminStore, 'loadAccount' | 'createAccount' | 'replaceAccount'> {
  const toRow = (account: AdminAccount) => {
    const secret = account.secondFactorSecret;
    return {
      password_hash: account.passwordHash,
      password_change_required: toFlag(account.passwordChangeRequired),
      sealed_second_factor: secret === null ? null : vault.seal(secret, secondFactorPurpose),
      recovery_code_hashes: JSON.stringify(account.recoveryCodeHashes),
    };
  };
  return {
    async loadAccount() {
      const row = await db.selectFrom('admin_account').selectAll().where('id', '=', accountId).executeTakeFirst();
      return row === undefined ? undefined : toAccount(row, vault);
    },
    async createAccount(account) {
      const result = await db
        .insertInto('admin_account')
        .values({ id: accountId, ...toRow(account) })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async replaceAccount(previous, next) {
      const isBefore = toRow(previous);
      // The seal of a secret is a different text each time. Setting up a second factor changes the recovery codes, too.
      const result = await db
        .updateTable('admin_account')
        .set(toRow(next))
        .where('id', '=', accountId)
        .where('password_hash', '=', isBefore.password_hash)
        .where('password_change_required', '=', isBefore.password_change_required)
        .where('recovery_code_hashes', '=', isBefore.recovery_code_hashes)
        .where('sealed_second_factor', isBefore.sealed_second_factor === null ? 'is' : 'is not', null)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
  };
}

function pendingMethods(
  db: Kysely<Tables>,
  vault: Vault,
): Pick<AdminStore, 'loadPendingSecondFactor' | 'savePendingSecondFactor'> {
  const name = sealedMeta.pendingSecondFactor;
  const purpose = sealPurposes.meta(name);
  return {
    async loadPendingSecondFactor() {
      const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
      if (row === undefined) return undefined;
      const { secret, until } = readRecord(parseJson(vault.open(row.value, purpose)));
      return typeof secret === 'string' && typeof until === 'number' ? { secret, until } : undefined;
    },
    async savePendingSecondFactor(pending) {
      if (pending === undefined) {
        await db.deleteFrom('meta').where('name', '=', name).execute();
        return;
      }
      const value = vault.seal(JSON.stringify(pending), purpose);
      await db
        .insertInto('meta')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    },
  };
}

function onceMethods(db: Kysely<Tables>): Pick<AdminStore, 'takeOnce'> {
  return {
    async takeOnce(name, number) {
      const value = String(number).padStart(numberLength, '0');
      const result = await db
        .insertInto('meta')
        .values({ name: `taken.${name}`, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }).where('meta.value', '<', value))
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
  };
}

function sessionMethods(
  db: Kysely<Tables>,
): Pick<AdminStore, 'listSessions' | 'saveSession' | 'touchSession' | 'deleteSession' | 'deleteSessions'> {
  return {
    async listSessions() {
      const rows = await db.selectFrom('admin_sessions').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(toSession);
    },
    async saveSession(session) {
      const row = {
        hash: session.hash,
        created_at: session.createdAt,
        last_seen_at: session.lastSeenAt,
        expires_at: session.expiresAt,
        address: session.address,
        user_agent: session.userAgent,
      };
      await db
        .insertInto('admin_sessions')
        .values({ id: session.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async touchSession(id, times) {
      const result = await db
        .updateTable('admin_sessions')
        .set({ last_seen_at: times.lastSeenAt, expires_at: times.expiresAt })
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async deleteSession(id) {
      const result = await db.deleteFrom('admin_sessions').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async deleteSessions(exceptId) {
      const query = db.deleteFrom('admin_sessions');
      await (exceptId === undefined ? query : query.where('id', '!=', exceptId)).execute();
    },
  };
}

function auditMethods(db: Kysely<Tables>): Pick<AdminStore, 'appendAudit' | 'listAudit' | 'deleteAuditBefore'> {
  return {
    async appendAudit(entry) {
      const { id, at, action, target, detail, address } = entry;
      await db.insertInto('audit').values({ id, at, action, target, detail, address }).execute();
    },
    async listAudit({ before, limit }): Promise<AuditEntry[]> {
      const query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
      return (before === undefined ? query : query.where('id', '<', before)).execute();
    },
    async deleteAuditBefore(time) {
      const result = await db.deleteFrom('audit').where('at', '<', time).executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}

function toAccount(row: Selectable<AdminAccountRow>, vault: Vault): AdminAccount {
  const sealed = row.sealed_second_factor;
  const codes: unknown = JSON.parse(row.recovery_code_hashes);
  return {
    passwordHash: row.password_hash,
    passwordChangeRequired: fromFlag(row.password_change_required),
    secondFactorSecret: sealed === null ? null : vault.open(sealed, secondFactorPurpose),
    recoveryCodeHashes: Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : [],
  };
}

function toSession(row: Selectable<AdminSessionRow>): StoredSession {
  return {
    id: row.id,
    hash: row.hash,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    address: row.address,
    userAgent: row.user_agent,
  };
}
