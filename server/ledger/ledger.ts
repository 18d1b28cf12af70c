import { type Clock, systemClock } from '../lib/clock.ts';
import { listRequests, type RequestsPage, type RequestsQuery } from './list-requests.ts';
import { daysOfHours, type RetentionDays } from './retention.ts';
import { type Dimension, floorTo, type Grain, grainLength } from './roll-up.ts';
import { type SummaryQuery, summarise, sumSpan, type UsageSummary } from './summarise.ts';
import { fromNanodollars, toTotals, type UsageTotals } from './sums.ts';
import type { UsageRecord, UsageRecordItem } from './usage-record.ts';
import type { ConversationSums, UsageFilter, UsageStore } from './usage-store.ts';

/** What the admin and the budgets ask of the ledger. */
export interface Ledger {
  summarise(query: SummaryQuery): Promise<UsageSummary>;
  /** The last 60 minutes, the running one included. */
  lastHour(): Promise<UsageTotals>;
  /**
   * The requests of the last minutes, the running one included, without those whose clients left; and how many of them
   * failed through no fault of their client. Counts the requests of every replica that writes to the same database.
   */
  recentTraffic(minutes: number): Promise<{ readonly requests: number; readonly failures: number }>;
  /** The last 24 hours of the clock, the running one included. */
  last24Hours(): Promise<UsageTotals>;
  /**
   * Of each credential with requests: per hour of the last 24, oldest first; the running one is the last.
   *
   * @param credentialId of this credential alone
   */
  credentialActivity(credentialId?: string): Promise<ReadonlyMap<string, readonly Activity[]>>;
  /**
   * Of each key with requests: per UTC day of the last 14, oldest first; the running one is the last.
   *
   * @param keyId of this key alone
   */
  keyActivity(keyId?: string): Promise<ReadonlyMap<string, readonly Activity[]>>;
  /** @throws InvalidCursor */
  list(
    query: RequestsQuery,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<RequestsPage>;
  get(id: string): Promise<UsageRecord | undefined>;
  /** The conversation that a request is of, over the days around it; undefined when it is of none that is known. */
  conversationOf(record: Pick<UsageRecord, 'conversation' | 'startedAt'>): Promise<ConversationSums | undefined>;
  /** All of them, newest first, a bounded page at a time. */
  export(query: RequestsQuery): AsyncGenerator<readonly UsageRecordItem[]>;
  /** @param time the start of a UTC day; another one is rounded down to it */
  usedSince(keyId: string, time: number): Promise<{ readonly tokens: number; readonly dollars: number }>;
  hasRecords(): Promise<boolean>;
}

/** In an hour or a day. */
export interface Activity {
  readonly requests: number;
  readonly failures: number;
}

/** A key that a client uses for ever is no conversation; milliseconds. */
const longestConversation = 3 * grainLength.day;
const exportPage = 500;
const hoursShown = 24;
const daysShown = 14;

/** @param retention how long what is kept now; absent, for ever */
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
      return store.sumConversation(conversation, startedAt - longestConversation, startedAt + longestConversation);
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

/** A failure with a status of success broke off after its headers had been sent: that is not the client's fault. */
function isClientError(status: number): boolean {
  return status >= 400 && status < 500;
}
