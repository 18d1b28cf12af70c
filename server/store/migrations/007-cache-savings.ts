import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Columns for the savings of the prompt cache, per request and in all sums, and for the conversation of a request. */
export const cacheSavings: Migration = {
  name: '007-cache-savings',
  async up(schema) {
    await schema.alterTable('usage_requests').addColumn('saved_nanodollars', 'bigint').execute();
    await schema.alterTable('usage_requests').addColumn('conversation', 'text').execute();
    // A covering index for the sums of a conversation.
    await schema
      .createIndex('usage_requests_conversations')
      .on('usage_requests')
      .columns(['conversation', 'started_at', 'input_tokens', 'cache_read_tokens', 'saved_nanodollars'])
      .where(sql.ref('conversation'), 'is not', null)
      .execute();
    for (const table of ['usage_roll_ups', 'usage_day_details']) {
      await schema
        .alterTable(table)
        .addColumn('saved_nanodollars', 'bigint', (column) => column.notNull().defaultTo(0))
        .execute();
    }
  },
};
