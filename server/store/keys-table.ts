import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import { type ApiKey, type ApiKeyChanges, type KeyLimits, type KeyStore, readPromptCaching } from '../keys/key.ts';
import { readRecord } from '../lib/json.ts';
import type { Vault } from '../lib/secrets.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { fromFlag, toFlag } from './columns.ts';
import { sealPurposes } from './sealed-columns.ts';
import type { ApiKeyRow, Tables } from './tables.ts';

/** API keys, looked up by hash. Their secrets are encrypted. */
export function createKeysTable(db: Kysely<Tables>, vault: Vault): KeyStore {
  const purpose = sealPurposes.apiKey;
  const toRow = (id: string, changes: ApiKeyChanges, secret: string | undefined): Updateable<ApiKeyRow> =>
    withoutUndefined({
      name: changes.name,
      hash: changes.hash,
      masked: changes.masked,
      sealed_secret: secret === undefined ? undefined : vault.seal(secret, purpose(id)),
      enabled: toFlag(changes.enabled),
      expires_at: changes.expiresAt,
      last_used_at: changes.lastUsedAt,
      limits: changes.limits === undefined ? undefined : JSON.stringify(changes.limits),
      content_logging_until: changes.contentLoggingUntil,
      prompt_caching: changes.promptCaching,
    });
  const toInsert = (key: ApiKey, secret: string): Insertable<ApiKeyRow> => ({
    id: key.id,
    name: key.name,
    hash: key.hash,
    masked: key.masked,
    sealed_secret: vault.seal(secret, purpose(key.id)),
    enabled: toFlag(key.enabled),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    limits: JSON.stringify(key.limits),
    content_logging_until: key.contentLoggingUntil,
    prompt_caching: key.promptCaching,
  });

  return {
    async list() {
      const rows = await db.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(toKey);
    },
    async insert(key, secret) {
      await db.insertInto('api_keys').values(toInsert(key, secret)).execute();
    },
    async update(id, changes, secret) {
      const row = toRow(id, changes, secret);
      if (Object.keys(row).length === 0) {
        return (await db.selectFrom('api_keys').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
      }
      const result = await db.updateTable('api_keys').set(row).where('id', '=', id).executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async readSecret(id) {
      const row = await db.selectFrom('api_keys').select('sealed_secret').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : vault.open(row.sealed_secret, purpose(id));
    },
    async delete(id) {
      const result = await db.deleteFrom('api_keys').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async touch(times) {
      await db.transaction().execute(async (transaction) => {
        for (const [id, time] of times) {
          await transaction.updateTable('api_keys').set({ last_used_at: time }).where('id', '=', id).execute();
        }
      });
    },
  };
}

function toKey(row: Selectable<ApiKeyRow>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    masked: row.masked,
    enabled: fromFlag(row.enabled),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    limits: readLimits(JSON.parse(row.limits)),
    contentLoggingUntil: row.content_logging_until,
    promptCaching: readPromptCaching(row.prompt_caching),
  };
}

/** Reads limits. A limit that is missing, because an older version wrote the row, is unlimited. */
function readLimits(value: unknown): KeyLimits {
  const limits = readRecord(value);
  const number = (name: keyof KeyLimits) => {
    const limit = limits[name];
    return typeof limit === 'number' ? limit : null;
  };
  const list = (name: keyof KeyLimits) => {
    const limit = limits[name];
    return Array.isArray(limit) ? limit.filter((item) => typeof item === 'string') : null;
  };
  return {
    requestsPerMinute: number('requestsPerMinute'),
    tokensPerMinute: number('tokensPerMinute'),
    concurrentRequests: number('concurrentRequests'),
    tokensPerDay: number('tokensPerDay'),
    tokensPerMonth: number('tokensPerMonth'),
    dollarsPerDay: number('dollarsPerDay'),
    dollarsPerMonth: number('dollarsPerMonth'),
    models: list('models'),
    addresses: list('addresses'),
  };
}
