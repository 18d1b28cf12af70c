import { sql } from 'kysely';
import type { SchemaFeatures } from '../engine.ts';

export const sqliteSchema: SchemaFeatures = {
  numberedKey: (column) => column.primaryKey().autoIncrement(),
  clusteredByKey: (table) => table.modifyEnd(sql`without rowid`),
  changedOften: (table) => table,
  // Every transaction already begins with the write lock.
  async lock() {},
  async complete() {},
  // SQLite continues numbering after the highest value by itself.
  async completeImport() {},
};
