import { queryOptions } from '@tanstack/react-query';
import { settingsRoutes } from '../../../contract/settings.ts';
import { call } from '../../api.ts';

/** Where clients reach the gateway, and which models they may name. */
export const connectionQuery = queryOptions({
  queryKey: ['connection'],
  queryFn: ({ signal }) => call(settingsRoutes.connection, {}, signal),
  staleTime: 60_000,
});
