import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestRoutes } from '../../../contract/requests.ts';
import { buildPath, call } from '../../api.ts';
import { type RequestsSearch, toQuery } from './search.ts';

const pageSize = 50;

/** One page of the log; the newest page follows what happens. */
export function requestsQuery(search: RequestsSearch, cursor: string | undefined) {
  const { id: _open, ...filters } = search;
  return queryOptions({
    queryKey: ['requests', filters, cursor],
    queryFn: ({ signal }) =>
      call(
        requestRoutes.list,
        { query: { ...toQuery(filters, Date.now()), limit: pageSize, ...(cursor === undefined ? {} : { cursor }) } },
        signal,
      ),
    refetchInterval: cursor === undefined ? 3000 : false,
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

/** The address a browser downloads the filtered log from. */
export function exportPath(search: RequestsSearch, format: 'csv' | 'jsonl', now: number): string {
  return buildPath(requestRoutes.export.path, undefined, { ...toQuery(search, now), format });
}
