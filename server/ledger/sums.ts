import { bucketCount, bucketOf, quantile } from './histogram.ts';
import type { UsageRecord } from './usage-record.ts';

/** Sums over records. Cost is in billionths of a US dollar, so sums are exact. */
export interface UsageSums {
  requests: number;
  failures: number;
  aborts: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  nanodollars: number;
  /** Savings by prompt caches. Negative if they only wrote. */
  savedNanodollars: number;
  attempts: number;
  /** Usage of abandoned attempts. Not included in the sums above. */
  givenUpTokens: number;
  givenUpNanodollars: number;
  /** Milliseconds of the successful requests in total, and the number of requests per bucket. */
  latencyTotal: number;
  readonly latencyBuckets: number[];
  firstTokenTotal: number;
  readonly firstTokenBuckets: number[];
}

/** Sums in the form in which they are shown. */
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
  /** Savings by prompt caches in US dollars. Negative if they only wrote. */
  readonly cacheSaved: number;
  readonly attempts: number;
  /** Input and output tokens of abandoned attempts. Not included above. */
  readonly givenUpTokens: number;
  /** Their cost in US dollars at list price. */
  readonly givenUpCost: number;
  /** Milliseconds of the successful requests; null if there are none. */
  readonly latencyMean: number | null;
  readonly latencyP95: number | null;
  readonly firstTokenMean: number | null;
  readonly firstTokenP95: number | null;
}

const nanodollarsPerDollar = 1_000_000_000;

/** The additive columns in the order in which they are stored. */
export const countNames = [
  'requests',
  'failures',
  'aborts',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'nanodollars',
  'savedNanodollars',
  'attempts',
  'givenUpTokens',
  'givenUpNanodollars',
  'latencyTotal',
  'firstTokenTotal',
] as const satisfies readonly (keyof UsageSums)[];

export function emptySums(): UsageSums {
  return {
    requests: 0,
    failures: 0,
    aborts: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    nanodollars: 0,
    savedNanodollars: 0,
    attempts: 0,
    givenUpTokens: 0,
    givenUpNanodollars: 0,
    latencyTotal: 0,
    latencyBuckets: new Array<number>(bucketCount).fill(0),
    firstTokenTotal: 0,
    firstTokenBuckets: new Array<number>(bucketCount).fill(0),
  };
}

export function toNanodollars(dollars: number): number {
  return Math.round(dollars * nanodollarsPerDollar);
}

export function fromNanodollars(nanodollars: number): number {
  return nanodollars / nanodollarsPerDollar;
}

/** Adds one record. Durations of failures are ignored, because they say nothing about the speed of the models. */
export function addRecord(sums: UsageSums, record: UsageRecord): void {
  sums.requests += 1;
  sums.failures += record.outcome === 'failure' ? 1 : 0;
  sums.aborts += record.outcome === 'aborted' ? 1 : 0;
  sums.inputTokens += record.inputTokens;
  sums.outputTokens += record.outputTokens;
  sums.cacheReadTokens += record.cacheReadTokens;
  sums.cacheWriteTokens += record.cacheWriteTokens;
  sums.reasoningTokens += record.reasoningTokens;
  sums.nanodollars += toNanodollars(record.cost ?? 0);
  sums.savedNanodollars += toNanodollars(record.cacheSaved ?? 0);
  sums.attempts += record.attempts.length;
  for (const { givenUp } of record.attempts) {
    if (givenUp === undefined) continue;
    sums.givenUpTokens += givenUp.inputTokens + givenUp.outputTokens;
    sums.givenUpNanodollars += toNanodollars(givenUp.cost ?? 0);
  }
  if (record.outcome !== 'success') return;
  sums.latencyTotal += record.totalTime;
  increment(sums.latencyBuckets, bucketOf(record.totalTime));
  if (record.firstTokenTime === null) return;
  sums.firstTokenTotal += record.firstTokenTime;
  increment(sums.firstTokenBuckets, bucketOf(record.firstTokenTime));
}

/** Adds other sums to these. */
export function addSums(sums: UsageSums, other: UsageSums): void {
  for (const name of countNames) sums[name] += other[name];
  other.latencyBuckets.forEach((count, bucket) => {
    increment(sums.latencyBuckets, bucket, count);
  });
  other.firstTokenBuckets.forEach((count, bucket) => {
    increment(sums.firstTokenBuckets, bucket, count);
  });
}

export function toTotals(sums: UsageSums): UsageTotals {
  return {
    requests: sums.requests,
    failures: sums.failures,
    aborts: sums.aborts,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    cacheReadTokens: sums.cacheReadTokens,
    cacheWriteTokens: sums.cacheWriteTokens,
    reasoningTokens: sums.reasoningTokens,
    cost: fromNanodollars(sums.nanodollars),
    cacheSaved: fromNanodollars(sums.savedNanodollars),
    attempts: sums.attempts,
    givenUpTokens: sums.givenUpTokens,
    givenUpCost: fromNanodollars(sums.givenUpNanodollars),
    latencyMean: mean(sums.latencyTotal, sums.latencyBuckets),
    latencyP95: quantile(sums.latencyBuckets, 0.95),
    firstTokenMean: mean(sums.firstTokenTotal, sums.firstTokenBuckets),
    firstTokenP95: quantile(sums.firstTokenBuckets, 0.95),
  };
}

function mean(total: number, buckets: readonly number[]): number | null {
  const measured = buckets.reduce((sum, count) => sum + count, 0);
  return measured === 0 ? null : Math.round(total / measured);
}

function increment(counts: number[], index: number, by = 1): void {
  counts[index] = (counts[index] ?? 0) + by;
}
