import type { Engine } from '../engines/engine.ts';

/** Reads and writes names in the `meta` table, which accepts any. */
export const readNames = async (db: Engine['db']) =>
  (await db.selectFrom('meta').select('name').orderBy('name').execute()).map(({ name }) => name);
export const insertName = (db: Engine['db'], name: string) =>
  db.insertInto('meta').values({ name, value: '' }).execute();
