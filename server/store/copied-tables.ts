import type { Tables } from './tables.ts';

/**
 * All tables with data, and the columns of their primary keys. The order satisfies foreign keys: referenced tables come
 * first.
 */
export const tableKeys = {
  meta: ['name'],
  credentials: ['id'],
  credential_states: ['credential_id'],
  api_keys: ['id'],
  admin_account: ['id'],
  admin_sessions: ['id'],
  audit: ['id'],
  settings: ['section'],
  models: ['id'],
  token_estimates: ['model'],
  usage_names: ['ref'],
  usage_requests: ['started_at', 'id'],
  usage_contents: ['id'],
  usage_roll_ups: ['grain', 'shape', 'start', 'key_ref', 'model_ref', 'credential_ref', 'status_ref'],
  usage_day_details: ['key_ref', 'model_ref', 'credential_ref', 'status_ref', 'start'],
} as const satisfies { [Table in Exclude<keyof Tables, 'migrations' | 'replicas'>]: readonly (keyof Tables[Table])[] };

export type CopiedTable = keyof typeof tableKeys;

// `Object.keys` returns `string[]`.
export const copiedTables = Object.keys(tableKeys) as readonly CopiedTable[];

/** Whether a table belongs to the ledger (history) rather than to the configuration. */
export const isUsageTable = (table: CopiedTable) => table.startsWith('usage_');
