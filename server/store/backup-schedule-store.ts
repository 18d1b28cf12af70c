import type { Kysely } from 'kysely';
import type { ScheduleStore } from '../backup/schedule.ts';
import type { Vault } from '../lib/secrets.ts';
import type { SettingStore } from '../settings/settings.ts';
import { sealedMeta, sealPurposes } from './sealed-columns.ts';
import type { Tables } from './tables.ts';

/** Where it lies among the settings; no setting of the admin has that name. */
const section = 'learned:backup';
const name = sealedMeta.backupPassphrase;
const purpose = sealPurposes.meta(name);

/** What daily backups keep: their passphrase, sealed, and what came of them. */
export function createScheduleStore(db: Kysely<Tables>, settings: SettingStore, vault: Vault): ScheduleStore {
  return {
    async loadPassphrase() {
      const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
      return row === undefined ? undefined : vault.open(row.value, purpose);
    },
    async savePassphrase(passphrase) {
      const value = vault.seal(passphrase, purpose);
      await db
        .insertInto('meta')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    },
    async loadMemory() {
      const { [section]: stored } = await settings.load();
      return stored;
    },
    saveMemory: (memory) => settings.save(section, memory),
  };
}
