import { z } from 'zod';
import type { RequestsSearch } from '../requests/search.ts';

export const ranges = ['1h', '24h', '7d', '30d'] as const;
export type Range = (typeof ranges)[number];
export const breakdowns = ['model', 'key', 'credential'] as const;
export type Breakdown = (typeof breakdowns)[number];

/** URL parameters of the overview. */
export const overviewSearch = z.object({
  range: z.enum(ranges).optional().catch(undefined),
  /** A custom period instead of a range up to now; milliseconds since the epoch, `to` exclusive. */
  from: z.number().int().nonnegative().optional().catch(undefined),
  to: z.number().int().nonnegative().optional().catch(undefined),
  by: z.enum(breakdowns).optional().catch(undefined),
  /** The model, key or credential that the page is filtered by, and its name. */
  focus: z.enum(breakdowns).optional().catch(undefined),
  value: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
});
export type OverviewSearch = z.infer<typeof overviewSearch>;

const hour = 3_600_000;
const day = 24 * hour;
const spans: Readonly<Record<Range, number>> = { '1h': hour, '24h': day, '7d': 7 * day, '30d': 30 * day };

/** Chooses an interval that keeps charts readable: minutes up to 1.5 hours, hours up to 8 days. */
const maxSpanOfMinutes = 3 * hour;
const maxSpanOfHours = 8 * day;

/** The selected period. */
export function readSpan({ range = '24h', from, to }: OverviewSearch, now: number) {
  const start = from ?? now - spans[range];
  const length = (to ?? now) - start;
  const interval = length <= maxSpanOfMinutes ? 'minute' : length <= maxSpanOfHours ? 'hour' : 'day';
  return { from: start, ...(to !== undefined && { to }), interval } as const;
}

/** Whether the period ends now. */
export function isLive({ to }: OverviewSearch): boolean {
  return to === undefined;
}

/** Link parameters for the request log with exactly the requests that the figures count. */
export function toRequestsSearch(search: OverviewSearch): RequestsSearch {
  const { range = '24h', from, to, focus, value } = search;
  return {
    ...(from === undefined && to === undefined ? { range } : { from, to }),
    ...(focus === undefined || value === undefined ? {} : { [focus]: value }),
  };
}
