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
  attempts: count,
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
      by: usageDimension.optional(),
    }),
    response: z.object({
      /** The one that was taken: a longer one where the asked one is too short for the time. */
      interval: z.enum(['minute', 'hour', 'day']).optional(),
      totals: usageTotals,
      series: z.array(usageTotals.extend({ start: timestamp })),
      /** By descending requests, at most 50. `label` is a key's or credential's name, also of deleted ones. */
      groups: z.array(usageTotals.extend({ value: z.string(), label: z.string() })),
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
      lastHour: usageTotals,
      last24Hours: usageTotals,
    }),
  }),
};
