import { type Clock, systemClock } from '../lib/clock.ts';
import { listRequests, type RequestsPage, type RequestsQuery } from './list-requests.ts';
import { daysOfHours, type RetentionDays } from './retention.ts';
import { type Dimension, floorTo, type Grain, grainLength } from './roll-up.ts';
import { type SummaryQuery, summarise, sumSpan, type UsageSummary } from './summarise.ts';
import { fromNanodollars, toTotals, type UsageTotals } from './sums.ts';
import type { UsageRecord, UsageRecordItem } from './usage-record.ts';
import type { ConversationSums, UsageFilter, UsageStore } from './usage-store.ts';

/** Queries of the ledger for the admin and the budgets. */
export interface Ledger {
  summarise(query: SummaryQuery): Promise<UsageSummary>;
  /** Totals of the last 60 minutes, including the current one. */
  lastHour(): Promise<UsageTotals>;
  /**
   * Counts the requests of the last minutes, including the current one and excluding aborted ones, and those that failed
   * through no fault of the client. Covers every replica that writes to the same database.
   */
  recentTraffic(minutes: number): Promise<{ readonly requests: number; readonly failures: number }>;
  /** Totals of the last 24 hours by the clock, including the current one. */
  last24Hours(): Promise<UsageTotals>;
  /**
   * Activity of each credential with requests, in each of the last 24 hours, oldest first, including the current one.
   *
   * @param credentialId only this credential
   */
  credentialActivity(credentialId?: string): Promise<ReadonlyMap<string, readonly Activity[]>>;
  /**
   * Activity of each key with requests, on each of the last 14 UTC days, oldest first, including today.
   *
   * @param keyId only this key
   */
  keyActivity(keyId?: string): Promise<ReadonlyMap<string, readonly Activity[]>>;
  /** @throws InvalidCursor */
  list(
    query: RequestsQuery,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<RequestsPage>;
  get(id: string): Promise<UsageRecord | undefined>;
  /**
   * Sums of the conversation that a request belongs to, within a few days around it; undefined if it belongs to none.
   */
  conversationOf(record: Pick<UsageRecord, 'conversation' | 'startedAt'>): Promise<ConversationSums | undefined>;
  /** All records, newest first, in pages of bounded size. */
  export(query: RequestsQuery): AsyncGenerator<readonly UsageRecordItem[]>;
  /** @param time start of a UTC day; other times are rounded down to one */
  usedSince(keyId: string, time: number): Promise<{ readonly tokens: number; readonly dollars: number }>;
  hasRecords(): Promise<boolean>;
}

/** Activity within one hour or day. */
export interface Activity {
  readonly requests: number;
  readonly failures: number;
}

/** Milliseconds. A conversation key that a client reuses forever does not identify a conversation. */
const maxConversationDistance = 3 * grainLength.day;
const exportPage = 500;
const hoursShown = 24;
const daysShown = 14;

/** @param retention how long records are kept now; absent: forever */
export function createLedger(store: UsageStore, clock: Clock = systemClock, retention?: () => RetentionDays): Ledger {
  const hoursKept = () =>
    retention === undefined ? Number.POSITIVE_INFINITY : daysOfHours(retention()) * grainLength.day;
  const lastSpan = (grain: Grain, count: number) => {
    const to = floorTo(grain, clock()) + grainLength[grain];
    return { grain, from: to - count * grainLength[grain], to };
  };
  async function readActivity(by: Dimension, grain: Grain, count: number, filter: UsageFilter = {}) {
    const span = lastSpan(grain, count);
    const activities = new Map<string, Activity[]>();
    for (const { value, start, requests, failures } of await store.activity({ ...span, filter }, by)) {
      const activity = activities.get(value) ?? new Array<Activity>(count).fill({ requests: 0, failures: 0 });
      activity[(start - span.from) / grainLength[grain]] = { requests, failures };
      activities.set(value, activity);
    }
    return activities;
  }
  return {
    summarise: (query) => summarise(store, query, clock(), hoursKept()),
    lastHour: async () => toTotals(await sumSpan(store, lastSpan('minute', 60))),
    async recentTraffic(minutes) {
      let [requests, failures] = [0, 0];
      for (const { value, sums } of await store.sumByDimension(
        { ...lastSpan('minute', minutes), filter: {} },
        'status',
      )) {
        requests += sums.requests - sums.aborts;
        if (!isClientError(Number(value))) failures += sums.failures;
      }
      return { requests, failures };
    },
    last24Hours: async () => toTotals(await sumSpan(store, lastSpan('hour', hoursShown))),
    credentialActivity: (id) =>
      readActivity('credential', 'hour', hoursShown, id === undefined ? {} : { credentials: [id] }),
    keyActivity: (id) => readActivity('key', 'day', daysShown, id === undefined ? {} : { keys: [id] }),
    list: (query, page) => listRequests(store, query, page, clock()),
    get: (id) => store.get(id),
    async conversationOf({ conversation, startedAt }) {
      if (conversation === null) return undefined;
      return store.sumConversation(
        conversation,
        startedAt - maxConversationDistance,
        startedAt + maxConversationDistance,
      );
    },
    async *export(query) {
      let cursor: string | undefined;
      do {
        const page: RequestsPage = await listRequests(store, query, { cursor, limit: exportPage }, clock());
        if (page.requests.length > 0) yield page.requests;
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
    async usedSince(keyId, time) {
      const to = floorTo('day', clock()) + grainLength.day;
      const span = { grain: 'day', from: floorTo('day', time), to } as const;
      const sums = await sumSpan(store, span, { keys: [keyId] });
      return { tokens: sums.inputTokens + sums.outputTokens, dollars: fromNanodollars(sums.nanodollars) };
    },
    hasRecords: () => store.hasRecords(),
  };
}

/** A failure with a success status broke off after its headers were sent, which is not the client's fault. */
function isClientError(status: number): boolean {
  return status >= 400 && status < 500;
}
