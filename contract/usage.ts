import { z } from 'zod';
import { count, dollars, listQuery, timeQuery, timestamp } from './common.ts';
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
  /** US dollars at list price that prompt caches saved. Negative if they only wrote. */
  cacheSaved: z.number(),
  attempts: count,
  /** Usage of abandoned attempts, in tokens and US dollars. Not included in the sums above. */
  givenUpTokens: count,
  givenUpCost: dollars,
  /** Milliseconds; null if nothing was measured. Means and 95th percentiles are estimated from histogram buckets. */
  latencyMean: z.number().nullable(),
  latencyP95: z.number().nullable(),
  firstTokenMean: z.number().nullable(),
  firstTokenP95: z.number().nullable(),
});
export type UsageTotals = z.infer<typeof usageTotals>;

export const usageDimension = z.enum(['key', 'model', 'credential', 'status']);

const filters = {
  /** Start, inclusive; milliseconds since the epoch. */
  from: timeQuery.optional(),
  /** End, exclusive. */
  to: timeQuery.optional(),
  keys: listQuery.optional(),
  models: listQuery.optional(),
  credentials: listQuery.optional(),
};

export const usageRoutes = {
  /** Totals per interval (without gaps) and per value of one dimension. */
  summary: defineRoute({
    method: 'GET',
    path: '/usage',
    query: z.object({
      ...filters,
      interval: z.enum(['minute', 'hour', 'day']).default('hour'),
      /** IANA time zone that determines when a `day` starts. Default: UTC. */
      zone: z.string().max(64).optional(),
      by: usageDimension.optional(),
      /** Also return the series of the five largest values of this dimension, and of all others together. */
      stack: usageDimension.optional(),
      /** `true`: also return the totals of the preceding period, as long as the elapsed part of this one. */
      compare: z.stringbool().optional(),
    }),
    response: z.object({
      /** The interval used. It is longer than the requested one if that is too short for the period. */
      interval: z.enum(['minute', 'hour', 'day']),
      /** The time zone used: `UTC` if only daily totals are left. */
      zone: z.string(),
      totals: usageTotals,
      series: z.array(usageTotals.extend({ start: timestamp, /** Exclusive. */ end: timestamp })),
      /**
       * Sorted by requests, descending, at most 50. `label` is the name of the key or credential, even if it was
       * deleted.
       */
      groups: z.array(usageTotals.extend({ value: z.string(), label: z.string() })),
      /** Largest first, with the same intervals as `series`. `value` null: all others. */
      stacks: z.array(
        z.object({
          value: z.string().nullable(),
          label: z.string(),
          points: z.array(z.object({ requests: count, /** Input and output. */ tokens: count, cost: dollars })),
        }),
      ),
      /** null if it was not requested or the data has expired. */
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
        /** Credits per hour at the current rate. */
        ratePerHour: z.number().nullable(),
        /** When the pool runs out of credits at that rate; null if unknown. */
        emptyAt: timestamp.nullable(),
      }),
      /** Credentials in use whose token expires within the days of the alert rule, or has expired; the next one first. */
      expiringTokens: z.array(z.object({ id: z.string(), name: z.string(), at: timestamp })),
      lastHour: usageTotals,
      last24Hours: usageTotals,
    }),
  }),
};
