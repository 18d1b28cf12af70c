import { queryOptions } from '@tanstack/react-query';
import { settingsRoutes } from '../../../contract/settings.ts';
import { call } from '../../api.ts';

/** The gateway's base URL and the models that clients may use. */
export const connectionQuery = queryOptions({
  queryKey: ['connection'],
  queryFn: ({ signal }) => call(settingsRoutes.connection, {}, signal),
  staleTime: 60_000,
});
