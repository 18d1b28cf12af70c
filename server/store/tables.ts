import type { Generated } from 'kysely';

/*
 * Rows as stored by every engine. Times are milliseconds since the epoch, flags 0 or 1, lists and objects JSON text.
 * Secrets are encrypted.
 */

/** A row of any table: values by column name. */
export type StoredRow = Readonly<Record<string, string | number | null>>;

export interface MetaRow {
  name: string;
  value: string;
}

export interface CredentialRow {
  id: string;
  label: string;
  email: string;
  sealed_token: string;
  cloud_id: string | null;
  enabled: number;
  draining: number;
  weight: number;
  max_concurrency: number | null;
  created_at: number;
  last_used_at: number | null;
  token_expires_at: number | null;
}

export interface CredentialStateRow {
  credential_id: string;
  state: string;
}

export interface ApiKeyRow {
  id: string;
  name: string;
  hash: string;
  masked: string;
  sealed_secret: string;
  enabled: number;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  limits: string;
  content_logging_until: number | null;
  prompt_caching: string | null;
}

export interface AdminAccountRow {
  /** Always 1, because there is only one admin. */
  id: number;
  password_hash: string;
  password_change_required: number;
  sealed_second_factor: string | null;
  recovery_code_hashes: string;
}

export interface AdminSessionRow {
  id: string;
  hash: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  address: string;
  user_agent: string;
}

export interface AuditRow {
  id: string;
  at: number;
  action: string;
  target: string;
  detail: string;
  address: string;
}

export interface SettingRow {
  section: string;
  value: string;
}

export interface ModelRow {
  id: string;
  /** An increasing number: the order in which the rows were inserted. */
  position: number;
  enabled: number;
  custom: number;
  aliases: string;
  fallbacks: string;
  overrides: string;
}

export interface UsageNameRow {
  ref: Generated<number>;
  kind: string;
  value: string;
  label: string;
}

/** Columns `…_ref` refer to `usage_names`. */
export interface UsageRequestRow {
  started_at: number;
  id: string;
  key_ref: number;
  model_ref: number;
  credential_ref: number;
  dialect_ref: number;
  upstream_model_ref: number | null;
  /** The requested model, if the gateway does not know it. */
  unknown_model: string | null;
  stream: number;
  status: number;
  outcome: number;
  failure_kind: string | null;
  failure_message: string | null;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  reasoning_tokens: number;
  usage_estimated: number;
  nanodollars: number | null;
  saved_nanodollars: number | null;
  conversation: string | null;
  queue_time: number;
  first_token_time: number | null;
  total_time: number;
  client_address: string;
  user_agent: string;
  attempt_count: number;
  attempts: string;
  warnings: string | null;
}

export interface UsageContentRow {
  id: string;
  started_at: number;
  request: string;
  response: string;
}

/** The key of a roll-up. Its other columns are `sumColumns`. */
export interface RollUpRow {
  grain: number;
  shape: number;
  start: number;
  key_ref: number;
  model_ref: number;
  credential_ref: number;
  status_ref: number;
  requests: number;
  failures: number;
  aborts: number;
}

export interface TokenEstimateRow {
  model: string;
  /** A JSON array of numbers. */
  state: string;
}

export interface ReplicaRow {
  id: string;
  name: string;
  version: string;
  since: number;
  seen_at: number;
  requests: number;
  is_sharing: number;
}

export interface Tables {
  meta: MetaRow;
  migrations: { name: string; applied_at: number };
  credentials: CredentialRow;
  credential_states: CredentialStateRow;
  api_keys: ApiKeyRow;
  admin_account: AdminAccountRow;
  admin_sessions: AdminSessionRow;
  audit: AuditRow;
  settings: SettingRow;
  models: ModelRow;
  token_estimates: TokenEstimateRow;
  usage_names: UsageNameRow;
  usage_requests: UsageRequestRow;
  usage_contents: UsageContentRow;
  usage_roll_ups: RollUpRow;
  usage_day_details: RollUpRow;
  replicas: ReplicaRow;
}
