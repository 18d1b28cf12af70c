import type { Tables } from './tables.ts';

/**
 * All tables whose rows make up what is kept, and the columns that tell their rows apart. In this order rows may be
 * inserted: what they refer to is there.
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

// Object.keys knows only that they are texts.
export const copiedTables = Object.keys(tableKeys) as readonly CopiedTable[];

/** Whether a table is the ledger's: what happened, rather than what the owner has set up. */
export const isUsageTable = (table: CopiedTable) => table.startsWith('usage_');
