import type { Kysely } from 'kysely';
import type { SettingStore } from '../settings/settings.ts';
import type { Tables } from './tables.ts';

/** Sections of settings, each stored as JSON. */
export function createSettingsTable(db: Kysely<Tables>): SettingStore {
  return {
    async load() {
      const rows = await db.selectFrom('settings').selectAll().execute();
      return Object.fromEntries(rows.map((row): [string, unknown] => [row.section, JSON.parse(row.value)]));
    },
    async save(section, value) {
      const row = { value: JSON.stringify(value) };
      await db
        .insertInto('settings')
        .values({ section, ...row })
        .onConflict((conflict) => conflict.column('section').doUpdateSet(row))
        .execute();
    },
  };
}
