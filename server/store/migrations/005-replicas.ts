import type { Migration } from './migration.ts';

/** A table for the gateway processes that use the database. */
export const replicas: Migration = {
  name: '005-replicas',
  async up(schema) {
    await schema
      .createTable('replicas')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addColumn('requests', 'bigint', (column) => column.notNull())
      .addColumn('is_sharing', 'integer', (column) => column.notNull())
      .execute();
  },
};
