import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Vault } from '../lib/secrets.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { type Credential, type CredentialChanges, CredentialExists, type CredentialStore } from '../pool/credential.ts';
import { fromFlag, toFlag } from './columns.ts';
import { sealPurposes } from './sealed-columns.ts';
import { StoreFailure } from './store-failure.ts';
import type { CredentialRow, Tables } from './tables.ts';

/** Credentials and what the pool learned about them. Tokens are encrypted. */
export function createCredentialsTable(db: Kysely<Tables>, vault: Vault): CredentialStore {
  const purpose = sealPurposes.token;
  const toCredential = (row: Selectable<CredentialRow>): Credential => ({
    id: row.id,
    label: row.label,
    email: row.email,
    token: vault.open(row.sealed_token, purpose(row.id)),
    tokenExpiresAt: row.token_expires_at,
    cloudId: row.cloud_id,
    enabled: fromFlag(row.enabled),
    draining: fromFlag(row.draining),
    weight: row.weight,
    maxConcurrency: row.max_concurrency,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  });
  const toRow = (id: string, changes: CredentialChanges): Updateable<CredentialRow> =>
    withoutUndefined({
      label: changes.label,
      email: changes.email,
      sealed_token: changes.token === undefined ? undefined : vault.seal(changes.token, purpose(id)),
      token_expires_at: changes.tokenExpiresAt,
      cloud_id: changes.cloudId,
      enabled: toFlag(changes.enabled),
      draining: toFlag(changes.draining),
      weight: changes.weight,
      max_concurrency: changes.maxConcurrency,
      last_used_at: changes.lastUsedAt,
    });
  const toInsert = (credential: Credential): Insertable<CredentialRow> => ({
    id: credential.id,
    label: credential.label,
    email: credential.email,
    sealed_token: vault.seal(credential.token, purpose(credential.id)),
    token_expires_at: credential.tokenExpiresAt,
    cloud_id: credential.cloudId,
    enabled: toFlag(credential.enabled),
    draining: toFlag(credential.draining),
    weight: credential.weight,
    max_concurrency: credential.maxConcurrency,
    created_at: credential.createdAt,
    last_used_at: credential.lastUsedAt,
  });

  return {
    async list() {
      const rows = await db.selectFrom('credentials').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(toCredential);
    },
    async insert(credential) {
      await refusingTakenEmail(credential.email, () =>
        db.insertInto('credentials').values(toInsert(credential)).execute(),
      );
    },
    async update(id, changes) {
      const row = toRow(id, changes);
      if (Object.keys(row).length === 0) {
        return (await db.selectFrom('credentials').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
      }
      const result = await refusingTakenEmail(changes.email ?? '', () =>
        db.updateTable('credentials').set(row).where('id', '=', id).executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },
    async delete(id) {
      const result = await db.deleteFrom('credentials').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async loadStates() {
      const rows = await db.selectFrom('credential_states').selectAll().execute();
      return rows.map((row) => ({ credentialId: row.credential_id, state: JSON.parse(row.state) }));
    },
    async saveStates(states) {
      await db.transaction().execute(async (transaction) => {
        for (const { credentialId, state } of states) {
          const text = JSON.stringify(state);
          await transaction
            .insertInto('credential_states')
            .columns(['credential_id', 'state'])
            .expression((builder) =>
              builder
                .selectFrom('credentials')
                .select(['id', builder.val(text).as('state')])
                .where('id', '=', credentialId),
            )
            .onConflict((conflict) => conflict.column('credential_id').doUpdateSet({ state: text }))
            .execute();
        }
      });
    },
  };
}

async function refusingTakenEmail<Result>(email: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof StoreFailure && error.kind === 'constraint') {
      throw new CredentialExists(`A credential for ${email} already exists.`, { cause: error });
    }
    throw error;
  }
}
