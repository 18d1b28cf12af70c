import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Tables for credentials, keys, the admin, settings and models. */
export const initial: Migration = {
  name: '001-initial',
  async up(schema) {
    await schema
      .createTable('meta')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('credentials')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('email', 'text', (column) => column.notNull())
      .addColumn('sealed_token', 'text', (column) => column.notNull())
      .addColumn('cloud_id', 'text')
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('draining', 'integer', (column) => column.notNull())
      .addColumn('weight', 'integer', (column) => column.notNull())
      .addColumn('max_concurrency', 'integer')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint')
      .execute();
    await schema
      .createIndex('credentials_email')
      .on('credentials')
      // Emails are unique regardless of case.
      .expression(sql`lower(email)`)
      .unique()
      .execute();
    await schema
      .createTable('credential_states')
      .addColumn('credential_id', 'text', (column) =>
        column.primaryKey().references('credentials.id').onDelete('cascade'),
      )
      .addColumn('state', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('api_keys')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .addColumn('masked', 'text', (column) => column.notNull())
      .addColumn('sealed_secret', 'text', (column) => column.notNull())
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('last_used_at', 'bigint')
      .addColumn('limits', 'text', (column) => column.notNull())
      .addColumn('content_logging_until', 'bigint')
      .execute();
    await schema
      .createTable('admin_account')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('password_change_required', 'integer', (column) => column.notNull())
      .addColumn('sealed_second_factor', 'text')
      .addColumn('recovery_code_hashes', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('admin_sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('user_agent', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('audit')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('target', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('settings')
      .addColumn('section', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('models')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('custom', 'integer', (column) => column.notNull())
      .addColumn('aliases', 'text', (column) => column.notNull())
      .addColumn('fallbacks', 'text', (column) => column.notNull())
      .addColumn('overrides', 'text', (column) => column.notNull())
      .execute();
  },
};
