import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { usageRoutes } from '../../../contract/usage.ts';
import { call } from '../../api.ts';

const hour = 3_600_000;

/** The spans the dashboard shows, each with intervals that keep a chart readable. */
export const ranges = {
  '1h': { span: hour, interval: 'minute' },
  '24h': { span: 24 * hour, interval: 'hour' },
  '7d': { span: 7 * 24 * hour, interval: 'hour' },
  '30d': { span: 30 * 24 * hour, interval: 'day' },
} as const;
export type Range = keyof typeof ranges;

export type Breakdown = 'model' | 'key' | 'credential';

/** One model, key or credential that everything is narrowed to. */
export interface Focus {
  readonly by: Breakdown;
  readonly value: string;
  readonly label: string;
}

const filterNames = { model: 'models', key: 'keys', credential: 'credentials' } as const;

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => call(usageRoutes.overview, {}, signal),
  refetchInterval: 3000,
});

export function usageQuery(range: Range, by: Breakdown, focus: Focus | undefined) {
  const { span, interval } = ranges[range];
  return queryOptions({
    queryKey: ['usage', range, by, focus?.by, focus?.value],
    queryFn: ({ signal }) => {
      const narrowed = focus ? { [filterNames[focus.by]]: focus.value } : {};
      return call(usageRoutes.summary, { query: { from: Date.now() - span, interval, by, ...narrowed } }, signal);
    },
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });
}
