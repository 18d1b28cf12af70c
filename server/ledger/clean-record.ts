import type { UsageRecord } from './usage-store.ts';

const modelLimit = 200;
const textLimit = 500;

/**
 * The record with numbers that every store takes and texts of bounded length. A single NaN would make the sums of its
 * whole hour worthless.
 */
export function cleanRecord(record: UsageRecord): UsageRecord {
  return {
    ...record,
    model: record.model.slice(0, modelLimit),
    upstreamModel: record.upstreamModel?.slice(0, modelLimit) ?? null,
    failureMessage: record.failureMessage?.slice(0, textLimit) ?? null,
    userAgent: record.userAgent.slice(0, textLimit),
    startedAt: toCount(record.startedAt, Number.MAX_SAFE_INTEGER),
    status: toCount(record.status),
    inputTokens: toCount(record.inputTokens),
    outputTokens: toCount(record.outputTokens),
    cacheReadTokens: toCount(record.cacheReadTokens),
    cacheWriteTokens: toCount(record.cacheWriteTokens),
    reasoningTokens: toCount(record.reasoningTokens),
    cost: record.cost === null || !Number.isFinite(record.cost) ? null : Math.max(0, record.cost),
    queueTime: toCount(record.queueTime),
    firstTokenTime: record.firstTokenTime === null ? null : toCount(record.firstTokenTime),
    totalTime: toCount(record.totalTime),
  };
}

/** Its sum over thousands of records is still exact. */
const largestCount = 2 ** 40;

function toCount(value: number, largest = largestCount): number {
  if (!Number.isFinite(value)) return 0;
  return Math.round(Math.min(Math.max(value, 0), largest));
}
