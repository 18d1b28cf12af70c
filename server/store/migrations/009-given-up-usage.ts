import type { Migration } from './migration.ts';

/** Columns for the usage of abandoned attempts, in all sums. Records store it with each attempt. */
export const givenUpUsage: Migration = {
  name: '009-given-up-usage',
  async up(schema) {
    for (const table of ['usage_roll_ups', 'usage_day_details']) {
      for (const column of ['given_up_tokens', 'given_up_nanodollars']) {
        await schema
          .alterTable(table)
          .addColumn(column, 'bigint', (definition) => definition.notNull().defaultTo(0))
          .execute();
      }
    }
  },
};
