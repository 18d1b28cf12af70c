import type { Migration } from './migration.ts';

/** A column for the expiry of a credential's token, as entered by the admin. */
export const tokenExpiry: Migration = {
  name: '008-token-expiry',
  async up(schema) {
    await schema.alterTable('credentials').addColumn('token_expires_at', 'bigint').execute();
  },
};
