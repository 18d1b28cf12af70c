import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestRoutes } from '../../../contract/requests.ts';
import { buildPath, call } from '../../api.ts';
import { type RequestsSearch, toQuery } from './search.ts';

const pageSize = 50;

/** One page of the log; the newest page updates live. */
export function requestsQuery({ id: _open, page: _number, cursor, largest, ...filters }: RequestsSearch) {
  const isLive = cursor === undefined && largest === undefined && filters.to === undefined;
  return queryOptions({
    queryKey: ['requests', filters, largest, cursor],
    queryFn: ({ signal }) =>
      call(
        requestRoutes.list,
        {
          query: {
            ...toQuery(filters, Date.now()),
            limit: pageSize,
            largest,
            cursor,
          },
        },
        signal,
      ),
    refetchInterval: isLive ? 3000 : false,
    placeholderData: keepPreviousData,
  });
}

export function requestQuery(id: string) {
  return queryOptions({
    queryKey: ['request', id],
    queryFn: ({ signal }) => call(requestRoutes.get, { params: { id } }, signal),
    staleTime: 30_000,
  });
}

/** Download URL of the filtered log. */
export function exportPath(search: RequestsSearch, format: 'csv' | 'jsonl', now: number): string {
  return buildPath(requestRoutes.export.path, undefined, { ...toQuery(search, now), format });
}
