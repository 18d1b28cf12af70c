import { queryOptions } from '@tanstack/react-query';
import { alertRoutes } from '../../../../contract/alerts.ts';
import { call } from '../../../api.ts';

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: ({ signal }) => call(alertRoutes.get, {}, signal),
});
