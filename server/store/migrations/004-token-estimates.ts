import type { Migration } from './migration.ts';

/** A table for the learned token estimates of each model. */
export const tokenEstimates: Migration = {
  name: '004-token-estimates',
  async up(schema) {
    await schema
      .createTable('token_estimates')
      .addColumn('model', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .execute();
  },
};
