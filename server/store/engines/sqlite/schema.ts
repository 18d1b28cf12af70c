import { sql } from 'kysely';
import type { SchemaFeatures } from '../engine.ts';

export const sqliteSchema: SchemaFeatures = {
  numberedKey: (column) => column.primaryKey().autoIncrement(),
  clusteredByKey: (table) => table.modifyEnd(sql`without rowid`),
  changedOften: (table) => table,
  // Every transaction begins with the writer's lock.
  async lock() {},
  async complete() {},
  // It numbers on from the highest by itself.
  async completeImport() {},
};
