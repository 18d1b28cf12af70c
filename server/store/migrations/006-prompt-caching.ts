import type { Migration } from './migration.ts';

/** A key's prompt caching mode; null: use the global setting. */
export const promptCaching: Migration = {
  name: '006-prompt-caching',
  async up(schema) {
    await schema.alterTable('api_keys').addColumn('prompt_caching', 'text').execute();
  },
};
