import { queryOptions } from '@tanstack/react-query';
import { statusRoutes } from '../../contract/status.ts';
import { call } from '../api.ts';

const interval = 3000;
/** Timeout of a health check in milliseconds. */
const patience = 5000;

/** The gateway's status; polled even while the tab is hidden, because the tab's title shows it. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => call(statusRoutes.get, {}, AbortSignal.any([signal, AbortSignal.timeout(patience)])),
  refetchInterval: interval,
  refetchIntervalInBackground: true,
  // No retry: the query is to find out whether the gateway responds.
  retry: false,
});
