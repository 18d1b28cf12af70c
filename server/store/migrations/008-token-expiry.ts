import type { Migration } from './migration.ts';

/** When a credential's token expires, as the admin states it. */
export const tokenExpiry: Migration = {
  name: '008-token-expiry',
  async up(schema) {
    await schema.alterTable('credentials').addColumn('token_expires_at', 'bigint').execute();
  },
};
