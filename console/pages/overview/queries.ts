import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { usageRoutes } from '../../../contract/usage.ts';
import { call } from '../../api.ts';
import { localZone } from '../../ui/chart/time-ticks.ts';
import { type Breakdown, isLive, type OverviewSearch, readSpan } from './search.ts';

/** The model, key or credential that the page is filtered by. */
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

/** The figures of a period: totals, time series and breakdown. */
export function usageQuery(search: OverviewSearch) {
  const { by = 'model', focus, value } = search;
  return queryOptions({
    queryKey: ['usage', search.range, search.from, search.to, by, focus, value],
    queryFn: ({ signal }) => {
      const narrowed = focus && value !== undefined ? { [filterNames[focus]]: value } : {};
      const query = {
        ...readSpan(search, Date.now()),
        zone: localZone(),
        by,
        stack: 'model',
        compare: 'true',
        ...narrowed,
      } as const;
      return call(usageRoutes.summary, { query }, signal);
    },
    refetchInterval: isLive(search) ? 5000 : false,
    placeholderData: keepPreviousData,
  });
}
