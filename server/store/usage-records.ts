import type { Selectable } from 'kysely';
import type { DimensionRefs } from '../ledger/roll-up.ts';
import { fromNanodollars, toNanodollars } from '../ledger/sums.ts';
import type { UsageRecord, UsageRecordItem } from '../ledger/usage-record.ts';
import { fromFlag, toFlag } from './columns.ts';
import type { UsageRequestRow } from './tables.ts';
import { packAttempts } from './usage-attempts.ts';
import { outcomeCodes, outcomeOf } from './usage-columns.ts';
import type { NameRegister, NamesByRef, UsageName } from './usage-names.ts';

/**
 * Replaces any requested model that no attempt was ever made with. With a single value for all of them, clients cannot
 * flood the names and roll-ups.
 */
const unknownModel: UsageName = { value: '', label: '(unknown model)' };

/**
 * Registers the models of all attempts, so that they are known to records without attempts, whatever their order.
 */
export function registerModels(records: readonly UsageRecord[], names: NameRegister): void {
  for (const { model, attempts } of records) if (attempts.length > 0) names.refOf('model', model, model);
}

/** The stored form of a record. Registers its names, except a model that no attempt was ever made with. */
export function toRequestRow(record: UsageRecord, names: NameRegister): UsageRequestRow {
  const { model, upstreamModel, dialect } = record;
  const isKnown = names.has('model', model);
  const modelName = isKnown ? { value: model, label: model } : unknownModel;
  return {
    started_at: record.startedAt,
    id: record.id,
    key_ref: names.refOf('key', record.keyId ?? '', record.keyName),
    model_ref: names.refOf('model', modelName.value, modelName.label),
    credential_ref: names.refOf('credential', record.credentialId ?? '', record.credentialLabel),
    dialect_ref: names.refOf('dialect', dialect, dialect),
    upstream_model_ref: upstreamModel === null ? null : names.refOf('model', upstreamModel, upstreamModel),
    unknown_model: isKnown ? null : model,
    stream: toFlag(record.stream),
    status: record.status,
    outcome: outcomeCodes[record.outcome],
    failure_kind: record.failureKind,
    failure_message: record.failureMessage,
    input_tokens: record.inputTokens,
    output_tokens: record.outputTokens,
    cache_read_tokens: record.cacheReadTokens,
    cache_write_tokens: record.cacheWriteTokens,
    reasoning_tokens: record.reasoningTokens,
    usage_estimated: toFlag(record.usageEstimated),
    nanodollars: record.cost === null ? null : toNanodollars(record.cost),
    saved_nanodollars: record.cacheSaved === null ? null : toNanodollars(record.cacheSaved),
    conversation: record.conversation,
    queue_time: record.queueTime,
    first_token_time: record.firstTokenTime,
    total_time: record.totalTime,
    client_address: record.clientAddress,
    user_agent: record.userAgent,
    attempt_count: record.attempts.length,
    attempts: packAttempts(record.attempts, record.startedAt, names),
    warnings: record.warnings.length === 0 ? null : JSON.stringify(record.warnings),
  };
}

/** The row's numbers in the order of the dimensions. */
export function dimensionRefs(row: UsageRequestRow, names: NameRegister): DimensionRefs {
  const status = String(row.status);
  return [row.key_ref, row.model_ref, row.credential_ref, names.refOf('status', status, status)];
}

/** A row without the columns that are only shown on the page of a request. */
export type RequestItemRow = Omit<Selectable<UsageRequestRow>, 'attempts' | 'warnings'>;

/** The numbers of the names that a list item shows. */
export function refsOfRow(row: RequestItemRow): number[] {
  const refs = [row.key_ref, row.model_ref, row.credential_ref, row.dialect_ref];
  return row.upstream_model_ref === null ? refs : [...refs, row.upstream_model_ref];
}

export function fromRequestRow(row: RequestItemRow, names: NamesByRef): UsageRecordItem {
  const value = (ref: number) => names.get(ref)?.value ?? '';
  const label = (ref: number) => names.get(ref)?.label ?? '';
  return {
    id: row.id,
    startedAt: row.started_at,
    keyId: value(row.key_ref) || null,
    keyName: label(row.key_ref),
    credentialId: value(row.credential_ref) || null,
    credentialLabel: label(row.credential_ref),
    dialect: value(row.dialect_ref),
    model: row.unknown_model ?? value(row.model_ref),
    upstreamModel: row.upstream_model_ref === null ? null : value(row.upstream_model_ref),
    stream: fromFlag(row.stream),
    status: row.status,
    outcome: outcomeOf(row.outcome),
    failureKind: row.failure_kind,
    failureMessage: row.failure_message,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    reasoningTokens: row.reasoning_tokens,
    usageEstimated: fromFlag(row.usage_estimated),
    cost: row.nanodollars === null ? null : fromNanodollars(row.nanodollars),
    cacheSaved: row.saved_nanodollars === null ? null : fromNanodollars(row.saved_nanodollars),
    conversation: row.conversation,
    queueTime: row.queue_time,
    firstTokenTime: row.first_token_time,
    totalTime: row.total_time,
    clientAddress: row.client_address,
    userAgent: row.user_agent,
    attemptCount: row.attempt_count,
  };
}
