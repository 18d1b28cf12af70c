import type { Kysely } from 'kysely';
import type { ScheduleStore } from '../backup/schedule.ts';
import type { Vault } from '../lib/secrets.ts';
import type { SettingStore } from '../settings/settings.ts';
import { sealedMeta, sealPurposes } from './sealed-columns.ts';
import type { Tables } from './tables.ts';

/** The settings section that stores the results. None of the admin's settings has this name. */
const section = 'learned:backup';
const name = sealedMeta.backupPassphrase;
const purpose = sealPurposes.meta(name);

/** Stores the passphrase of daily backups, encrypted, and their results. */
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
