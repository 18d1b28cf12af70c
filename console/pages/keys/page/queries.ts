import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestRoutes } from '../../../../contract/requests.ts';
import { usageRoutes } from '../../../../contract/usage.ts';
import { call } from '../../../api.ts';
import { localZone } from '../../../ui/chart/time-ticks.ts';
import type { LastMinute } from './meters.ts';

const day = 86_400_000;
const minute = 60_000;
export const keySpans = { '24h': day, '7d': 7 * day, '30d': 30 * day } as const;
export type KeyRange = keyof typeof keySpans;

/** A key's usage over a period, by model. */
export function keyUsageQuery(id: string, range: KeyRange) {
  return queryOptions({
    queryKey: ['usage', 'key', id, range],
    queryFn: ({ signal }) => {
      const interval = range === '24h' ? 'hour' : 'day';
      const from = Date.now() - keySpans[range];
      const query = { from, keys: id, interval, zone: localZone(), by: 'model', stack: 'model' } as const;
      return call(usageRoutes.summary, { query }, signal);
    },
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
}

/** A key's usage in the current minute. */
export function lastMinuteQuery(id: string) {
  return queryOptions({
    queryKey: ['usage', 'key', id, 'minute'],
    queryFn: async ({ signal }): Promise<LastMinute> => {
      const from = Math.floor(Date.now() / minute) * minute;
      const { totals } = await call(usageRoutes.summary, { query: { from, keys: id, interval: 'minute' } }, signal);
      return { requests: totals.requests, tokens: totals.inputTokens + totals.outputTokens };
    },
    refetchInterval: 5000,
  });
}

/** Number of requests from which clients are determined. */
const recentRequests = 100;

/** The key's most recent requests. */
export function keyRequestsQuery(id: string) {
  return queryOptions({
    queryKey: ['requests', 'key', id],
    queryFn: ({ signal }) => call(requestRoutes.list, { query: { keys: id, limit: recentRequests } }, signal),
    refetchInterval: 5000,
  });
}
