import type { Migration } from './migration.ts';

/** Whether the gateway caches a key's prompts; null: as the settings say. */
export const promptCaching: Migration = {
  name: '006-prompt-caching',
  async up(schema) {
    await schema.alterTable('api_keys').addColumn('prompt_caching', 'text').execute();
  },
};
