import { type CreateTableBuilder, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Tables for the ledger: request records, logged content, the names that records refer to by number, and roll-ups. */
export const usage: Migration = {
  name: '002-usage',
  async up(schema, { numberedKey, clusteredByKey, changedOften }) {
    await schema
      .createTable('usage_names')
      .addColumn('ref', 'integer', numberedKey)
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('label', 'text', (column) => column.notNull())
      .addUniqueConstraint('usage_names_value', ['kind', 'value'])
      .execute();
    await schema
      .createTable('usage_requests')
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('key_ref', 'integer', (column) => column.notNull())
      .addColumn('model_ref', 'integer', (column) => column.notNull())
      .addColumn('credential_ref', 'integer', (column) => column.notNull())
      .addColumn('dialect_ref', 'integer', (column) => column.notNull())
      .addColumn('upstream_model_ref', 'integer')
      .addColumn('unknown_model', 'text')
      .addColumn('stream', 'integer', (column) => column.notNull())
      .addColumn('status', 'integer', (column) => column.notNull())
      .addColumn('outcome', 'integer', (column) => column.notNull())
      .addColumn('failure_kind', 'text')
      .addColumn('failure_message', 'text')
      .addColumn('input_tokens', 'bigint', (column) => column.notNull())
      .addColumn('output_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cache_read_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cache_write_tokens', 'bigint', (column) => column.notNull())
      .addColumn('reasoning_tokens', 'bigint', (column) => column.notNull())
      .addColumn('usage_estimated', 'integer', (column) => column.notNull())
      .addColumn('nanodollars', 'bigint')
      .addColumn('queue_time', 'bigint', (column) => column.notNull())
      .addColumn('first_token_time', 'bigint')
      .addColumn('total_time', 'bigint', (column) => column.notNull())
      .addColumn('client_address', 'text', (column) => column.notNull())
      .addColumn('user_agent', 'text', (column) => column.notNull())
      .addColumn('attempt_count', 'integer', (column) => column.notNull())
      .addColumn('attempts', 'text', (column) => column.notNull())
      .addColumn('warnings', 'text')
      .addPrimaryKeyConstraint('usage_requests_position', ['started_at', 'id'])
      .$call(clusteredByKey)
      .execute();
    await schema.createIndex('usage_requests_id').on('usage_requests').column('id').unique().execute();
    // A covering index for searching failure messages.
    await schema
      .createIndex('usage_requests_failures')
      .on('usage_requests')
      .columns(['started_at', 'id', 'failure_message', 'outcome', 'key_ref', 'model_ref', 'credential_ref'])
      .where(sql.ref('failure_message'), 'is not', null)
      .execute();
    await schema
      .createTable('usage_contents')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('request', 'text', (column) => column.notNull())
      .addColumn('response', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('usage_contents_time').on('usage_contents').column('started_at').execute();
    // The start time comes first, so that a query for a time range only reads rows of that range.
    await rollUpTable(schema.createTable('usage_roll_ups'))
      .addPrimaryKeyConstraint('usage_roll_ups_cell', [
        'grain',
        'shape',
        'start',
        'key_ref',
        'model_ref',
        'credential_ref',
        'status_ref',
      ])
      .$call(clusteredByKey)
      .$call(changedOften)
      .execute();
    // The dimension values come first. Daily roll-ups of every dimension are many and only queried with several values
    // given.
    await rollUpTable(schema.createTable('usage_day_details'))
      .addPrimaryKeyConstraint('usage_day_details_cell', [
        'key_ref',
        'model_ref',
        'credential_ref',
        'status_ref',
        'start',
      ])
      .$call(clusteredByKey)
      .$call(changedOften)
      .execute();
  },
};

const counts = [
  'requests',
  'failures',
  'aborts',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'nanodollars',
  'attempts',
  'latency_total',
  'first_token_total',
];
const buckets = Array.from({ length: 16 }, (_, index) => index);

function rollUpTable(table: CreateTableBuilder<string>): CreateTableBuilder<string, string> {
  const columns = [
    'grain',
    'shape',
    'start',
    'key_ref',
    'model_ref',
    'credential_ref',
    'status_ref',
    ...counts,
    ...buckets.map((bucket) => `latency_${bucket}`),
    ...buckets.map((bucket) => `first_token_${bucket}`),
  ];
  return columns.reduce<CreateTableBuilder<string, string>>(
    (builder, column) => builder.addColumn(column, 'bigint', (definition) => definition.notNull()),
    table,
  );
}
