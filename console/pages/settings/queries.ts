import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { backupRoutes } from '../../../contract/backup.ts';
import { settingsRoutes } from '../../../contract/settings.ts';
import { call } from '../../api.ts';

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call(settingsRoutes.get, {}, signal),
});

export const backupQuery = queryOptions({
  queryKey: ['backup'],
  queryFn: ({ signal }) => call(backupRoutes.get, {}, signal),
  refetchInterval: 60_000,
});

/** The newest page has no cursor. */
function firstCursor(): string | undefined {
  return undefined;
}

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ signal, pageParam }) =>
    call(settingsRoutes.audit, { query: pageParam === undefined ? {} : { cursor: pageParam } }, signal),
  initialPageParam: firstCursor(),
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});
