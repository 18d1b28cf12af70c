import type { Migration } from './migration.ts';

/** What was learned of each model's way to count tokens. */
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
