import type { UsageRecord } from '../../ledger/usage-store.ts';

/** Which exchanges are meant; what is absent is not looked at. Times are milliseconds since the epoch. */
export interface UsageFilter {
  /** Inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly credentials?: readonly string[] | undefined;
}

export interface UsageQuery extends UsageFilter {
  readonly interval: 'minute' | 'hour' | 'day';
  readonly by?: 'key' | 'model' | 'credential' | 'status' | undefined;
}

/** Sums, and times in milliseconds; null where nothing was measured. */
export interface UsageTotals {
  readonly requests: number;
  readonly failures: number;
  readonly aborts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  /** US dollars at list price. */
  readonly cost: number;
  readonly attempts: number;
  readonly latencyMean: number | null;
  readonly latencyP95: number | null;
  readonly firstTokenMean: number | null;
  readonly firstTokenP95: number | null;
}

export interface UsageSummary {
  readonly totals: UsageTotals;
  /** Per interval, oldest first, gaps filled with zeros. */
  readonly series: readonly (UsageTotals & { readonly start: number })[];
  /** Per value of the dimension, by descending requests, at most 50; empty without one. */
  readonly groups: readonly (UsageTotals & { readonly value: string; readonly label: string })[];
}

/** What the admin's dashboards ask of the ledger. */
export interface UsageReader {
  summarise(query: UsageQuery): Promise<UsageSummary>;
  /** Per credential id and hour, the last 24 hours, oldest first. */
  credentialActivity(now: number): Promise<ReadonlyMap<string, readonly HourOfCredential[]>>;
  /** Requests per key id and day, the last 14 days, oldest first. */
  keyActivity(now: number): Promise<ReadonlyMap<string, readonly number[]>>;
  hasRequest(): Promise<boolean>;
}

export interface HourOfCredential {
  readonly requests: number;
  readonly failures: number;
}

export interface RequestFilter extends UsageFilter {
  readonly outcome?: UsageRecord['outcome'] | undefined;
  /** A request id, or a part of a failure's message. */
  readonly search?: string | undefined;
}

/** A record without what only its own page shows. */
export type RequestSummary = Omit<UsageRecord, 'attempts' | 'warnings' | 'content'> & { readonly attemptCount: number };

/** What the request log asks of the ledger. */
export interface RequestReader {
  /** Newest first. @param page `cursor`: the last page's `nextCursor` */
  list(
    filter: RequestFilter,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ readonly requests: readonly RequestSummary[]; readonly nextCursor: string | null }>;
  get(id: string): Promise<UsageRecord | undefined>;
}
