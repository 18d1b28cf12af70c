import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../tables.ts';
import type { SchemaFeatures } from '../engine.ts';

export const changesChannel = 'atlassian_proxy_changes';
/** "APxy". An arbitrary number that other programs are unlikely to use. */
const migrationLock = 0x41507879;

/** Tables whose changes are not announced, because they are not decisions of the admin or are not cached. */
const unannouncedTables: readonly (keyof Tables)[] = [
  'meta',
  'migrations',
  'credential_states',
  'audit',
  'usage_names',
  'usage_requests',
  'usage_contents',
  'usage_roll_ups',
  'usage_day_details',
  'replicas',
  'token_estimates',
];
/** Columns that change constantly and that other gateways do not need to know about. */
const unannouncedColumns: Readonly<Record<string, readonly string[]>> = {
  credentials: ['last_used_at'],
  api_keys: ['last_used_at'],
};

export const postgresSchema: SchemaFeatures = {
  numberedKey: (column) => column.generatedByDefaultAsIdentity().primaryKey(),
  clusteredByKey: (table) => table,
  // Updated rows then stay in the same page, so indexes need no update (HOT).
  changedOften: (table) => table.modifyEnd(sql`with (fillfactor = 70)`),
  async lock(transaction) {
    await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(transaction);
  },
  complete: announceChanges,
  completeImport: renumber,
};

/** Continues the numbered keys after the highest one and updates the planner's statistics. */
async function renumber(transaction: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES'`.execute(transaction);
  for (const { table, column } of rows) {
    await sql`
      select setval(pg_get_serial_sequence(${table}, ${column}), max(${sql.ref(column)})) from ${sql.table(table)}
    `.execute(transaction);
  }
  await sql`analyze`.execute(transaction);
}

/** Adds a trigger to every table that announces committed changes, with the name of the connection that made them. */
async function announceChanges(transaction: Kysely<Tables>): Promise<void> {
  await sql`
    create or replace function announce_change() returns trigger language plpgsql as $$
    begin
      perform pg_notify(${sql.lit(changesChannel)}, current_setting('application_name'));
      return null;
    end $$`.execute(transaction);
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and table_name not in (${sql.join(unannouncedTables)})`.execute(transaction);
  for (const [table, columns] of Map.groupBy(rows, (row) => row.table)) {
    const quiet = unannouncedColumns[table] ?? [];
    const announced = columns.map(({ column }) => column).filter((column) => !quiet.includes(column));
    await sql`
      create or replace trigger announce_change
      after insert or delete or update of ${sql.join(announced.map((column) => sql.id(column)))}
      on ${sql.id(table)} for each statement execute function announce_change()`.execute(transaction);
  }
}
