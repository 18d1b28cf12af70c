import { queryOptions } from '@tanstack/react-query';
import { sessionRoutes } from '../../../contract/session.ts';
import { call } from '../../api.ts';

/** The current session. All other calls detect the end of the session themselves. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call(sessionRoutes.get, {}, signal),
  staleTime: 5 * 60_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => call(sessionRoutes.list, {}, signal),
});

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: ({ signal }) => call(sessionRoutes.secondFactor, {}, signal),
});
