import { z } from 'zod';
import { count, dollars, listQuery, numberQuery, timestamp } from './common.ts';
import { defineRoute } from './route.ts';
import { poolCounts } from './status.ts';

export const usageTotals = z.object({
  requests: count,
  failures: count,
  aborts: count,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  reasoningTokens: count,
  cost: dollars,
  /** US dollars that prompt caches saved at list price: negative where they only wrote. */
  cacheSaved: z.number(),
  attempts: count,
  /** Tokens and US dollars of attempts that were given up for another one: the sums above do not count them. */
  givenUpTokens: count,
  givenUpCost: dollars,
  /** Milliseconds; null when nothing was measured. Means and 95th percentiles out of histogram buckets. */
  latencyMean: z.number().nullable(),
  latencyP95: z.number().nullable(),
  firstTokenMean: z.number().nullable(),
  firstTokenP95: z.number().nullable(),
});
export type UsageTotals = z.infer<typeof usageTotals>;

export const usageDimension = z.enum(['key', 'model', 'credential', 'status']);

const filters = {
  /** From, inclusive; milliseconds since the epoch. */
  from: numberQuery.optional(),
  /** To, exclusive. */
  to: numberQuery.optional(),
  keys: listQuery.optional(),
  models: listQuery.optional(),
  credentials: listQuery.optional(),
};

export const usageRoutes = {
  /** Totals per interval (gaps filled with zeros) and per value of one dimension. */
  summary: defineRoute({
    method: 'GET',
    path: '/usage',
    query: z.object({
      ...filters,
      interval: z.enum(['minute', 'hour', 'day']).default('hour'),
      /** An IANA time zone: whose days are meant by `day`. Absent: UTC. */
      zone: z.string().max(64).optional(),
      by: usageDimension.optional(),
      /** Also the courses of the five largest values of this dimension, and of the rest. */
      stack: usageDimension.optional(),
      /** `true`: also the totals of the time before, as long as what has passed of this one. */
      compare: z.stringbool().optional(),
    }),
    response: z.object({
      /** The one that was taken: a longer one where the asked one is too short for the time. */
      interval: z.enum(['minute', 'hour', 'day']),
      /** Whose days they are: `UTC` where shorter sums are no longer kept. */
      zone: z.string(),
      totals: usageTotals,
      series: z.array(usageTotals.extend({ start: timestamp, /** Exclusive. */ end: timestamp })),
      /** By descending requests, at most 50. `label` is a key's or credential's name, also of deleted ones. */
      groups: z.array(usageTotals.extend({ value: z.string(), label: z.string() })),
      /** Largest first, in step with the series; `value` null: the rest. */
      stacks: z.array(
        z.object({
          value: z.string().nullable(),
          label: z.string(),
          points: z.array(z.object({ requests: count, /** Input and output. */ tokens: count, cost: dollars })),
        }),
      ),
      /** Null when it was not asked for, or is no longer known. */
      previous: usageTotals.nullable(),
    }),
  }),
  overview: defineRoute({
    method: 'GET',
    path: '/overview',
    response: z.object({
      now: timestamp,
      checklist: z.object({
        passwordChanged: z.boolean(),
        hasCredential: z.boolean(),
        hasKey: z.boolean(),
        hasRequest: z.boolean(),
      }),
      pool: poolCounts,
      credits: z.object({
        total: z.number().nullable(),
        remaining: z.number().nullable(),
        /** Credits an hour at the present rate. */
        ratePerHour: z.number().nullable(),
        /** When the pool runs dry at that rate; null = not foreseeable. */
        emptyAt: timestamp.nullable(),
      }),
      /** Credentials in use whose token expires within the days of the alert rule, or has expired; the next one first. */
      expiringTokens: z.array(z.object({ id: z.string(), name: z.string(), at: timestamp })),
      lastHour: usageTotals,
      last24Hours: usageTotals,
    }),
  }),
};
