import type { PackedRecords } from './packed-record.ts';
import type { Dimension, Grain } from './roll-up.ts';
import type { UsageSums } from './sums.ts';
import type { UsageRecord, UsageRecordItem } from './usage-record.ts';

/** Which records; a dimension that is absent is not looked at, an empty list matches none. */
export interface UsageFilter {
  readonly keys?: readonly string[];
  readonly models?: readonly string[];
  readonly credentials?: readonly string[];
}

/** Records of which the roll-ups are asked for. */
export interface RollUpQuery {
  readonly grain: Grain;
  /** Starts of roll-ups: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly filter: UsageFilter;
}

/** A value's part in one roll-up. The label is the latest one recorded for the value; cost in billionths of a dollar. */
export interface CourseEntry {
  readonly value: string;
  readonly label: string;
  readonly start: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly nanodollars: number;
}

/** Where a page of the list goes on: after this record, towards older ones. */
export interface RecordPosition {
  readonly startedAt: number;
  readonly id: string;
}

export interface RecordQuery {
  readonly from: number;
  readonly to: number;
  readonly filter: UsageFilter;
  readonly outcome?: UsageRecord['outcome'];
  /** A part of the failure's message, whatever its case. */
  readonly message?: string;
  readonly before?: RecordPosition;
  /** Largest first, in place of newest first; then pages go by `offset`. */
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

/** What records can be ordered by besides their time. Tokens are input and output together. */
export type RecordSize = 'cost' | 'duration' | 'tokens';

/** What retention deletes. */
export type UsagePart = 'requests' | 'contents' | Grain;

/** Where usage is kept: single records, and roll-ups that are added to in the transaction that inserts them. */
export interface UsageStore {
  /**
   * In one transaction: all or none.
   *
   * @throws RecordsRefused when a record itself cannot be stored (its id is taken); trying again would not help
   */
  append(records: PackedRecords): Promise<void>;
  /** One entry for each roll-up time that has records, oldest first. */
  sumByStart(query: RollUpQuery): Promise<{ readonly start: number; readonly sums: UsageSums }[]>;
  /** One entry for each value that has records, in no order. The label is the latest one recorded for the value. */
  sumByDimension(
    query: RollUpQuery,
    by: Dimension,
  ): Promise<{ readonly value: string; readonly label: string; readonly sums: UsageSums }[]>;
  /** How many records of an outcome, or of any, each roll-up time has; only those with some, newest first. */
  countByStart(
    query: RollUpQuery,
    outcome: UsageRecord['outcome'] | undefined,
  ): Promise<{ readonly start: number; readonly count: number }[]>;
  /** Requests and failures of each value at each roll-up time that has some. */
  activity(
    query: RollUpQuery,
    by: Dimension,
  ): Promise<
    { readonly value: string; readonly start: number; readonly requests: number; readonly failures: number }[]
  >;
  /** What each value used at each roll-up time that has some, in no order. */
  courses(query: RollUpQuery, by: Dimension): Promise<CourseEntry[]>;
  /** Newest first, unless the query says otherwise. It reads every record of the time: bound it. */
  scan(query: RecordQuery): Promise<UsageRecordItem[]>;
  get(id: string): Promise<UsageRecord | undefined>;
  /** What the requests of one conversation add up to; from inclusive, to exclusive. */
  sumConversation(conversation: string, from: number, to: number): Promise<ConversationSums>;
  /** False until the first record ever. */
  hasRecords(): Promise<boolean>;
  /**
   * Deletes a bounded part of what started before a time, so that nothing waits long behind it.
   *
   * @returns false when nothing is left to delete
   */
  deleteSomeBefore(part: UsagePart, time: number): Promise<boolean>;
  /** A bounded part of the upkeep that the store needs after deletions. @returns false when nothing is left to do */
  maintainSome(): Promise<boolean>;
}

export class RecordsRefused extends Error {
  override readonly name = 'RecordsRefused';
}
