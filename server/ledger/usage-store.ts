import type { PackedRecords } from './packed-record.ts';
import type { Dimension, Grain } from './roll-up.ts';
import type { UsageSums } from './sums.ts';
import type { UsageRecord, UsageRecordItem } from './usage-record.ts';

/** Filters records. An absent dimension matches everything, an empty list nothing. */
export interface UsageFilter {
  readonly keys?: readonly string[];
  readonly models?: readonly string[];
  readonly credentials?: readonly string[];
}

/** Selects roll-ups. */
export interface RollUpQuery {
  readonly grain: Grain;
  /** Start times of roll-ups. From inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly filter: UsageFilter;
}

/**
 * A value's share in one roll-up. The label is the latest one recorded for the value. Cost is in billionths of a
 * dollar.
 */
export interface SeriesEntry {
  readonly value: string;
  readonly label: string;
  readonly start: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly nanodollars: number;
}

/** The position of a page in the list: after this record, towards older ones. */
export interface RecordPosition {
  readonly startedAt: number;
  readonly id: string;
}

export interface RecordQuery {
  readonly from: number;
  readonly to: number;
  readonly filter: UsageFilter;
  readonly outcome?: UsageRecord['outcome'];
  /** Part of the failure message, case-insensitive. */
  readonly message?: string;
  readonly before?: RecordPosition;
  /** Largest first instead of newest first. Pages then use `offset`. */
  readonly largest?: RecordSize;
  readonly offset?: number;
  readonly limit: number;
}

export interface ConversationSums {
  readonly requests: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  /** US dollars. */
  readonly cacheSaved: number;
}

/** Sort orders other than time. `tokens` is the sum of input and output. */
export type RecordSize = 'cost' | 'duration' | 'tokens';

/** The kinds of data that retention deletes. */
export type UsagePart = 'requests' | 'contents' | Grain;

/** Stores usage: single records, and roll-ups that are updated in the same transaction. */
export interface UsageStore {
  /**
   * Appends all records or none.
   *
   * @throws RecordsRefused if a record cannot be stored (its id exists); retrying does not help
   */
  append(records: PackedRecords): Promise<void>;
  /** One entry per start time with records, oldest first. */
  sumByStart(query: RollUpQuery): Promise<{ readonly start: number; readonly sums: UsageSums }[]>;
  /** One entry per value with records, unordered. The label is the latest one recorded for the value. */
  sumByDimension(
    query: RollUpQuery,
    by: Dimension,
  ): Promise<{ readonly value: string; readonly label: string; readonly sums: UsageSums }[]>;
  /** The number of records with an outcome, or of all, per start time. Only times with records, newest first. */
  countByStart(
    query: RollUpQuery,
    outcome: UsageRecord['outcome'] | undefined,
  ): Promise<{ readonly start: number; readonly count: number }[]>;
  /** Requests and failures of each value per start time with records. */
  activity(
    query: RollUpQuery,
    by: Dimension,
  ): Promise<
    { readonly value: string; readonly start: number; readonly requests: number; readonly failures: number }[]
  >;
  /** Usage of each value per start time with records, unordered. */
  sumSeries(query: RollUpQuery, by: Dimension): Promise<SeriesEntry[]>;
  /** Newest first unless the query says otherwise. Scans every record of the time range, so limit that. */
  scan(query: RecordQuery): Promise<UsageRecordItem[]>;
  get(id: string): Promise<UsageRecord | undefined>;
  /** Totals of one conversation. From inclusive, to exclusive. */
  sumConversation(conversation: string, from: number, to: number): Promise<ConversationSums>;
  /** Whether any record was ever stored. */
  hasRecords(): Promise<boolean>;
  /**
   * Deletes a limited number of the oldest records that started within a time range, so that other work is not blocked
   * for long. From inclusive, to exclusive.
   *
   * @returns where the next step starts; undefined if nothing is left to delete
   */
  deleteSome(part: UsagePart, from: number, to: number): Promise<number | undefined>;
  /** Does a bounded part of the maintenance that deletions require. @returns false if nothing is left to do */
  maintainSome(): Promise<boolean>;
}

export class RecordsRefused extends Error {
  override readonly name = 'RecordsRefused';
}
