import { queryOptions } from '@tanstack/react-query';
import { statusRoutes } from '../../contract/status.ts';
import { call } from '../api.ts';

const interval = 3000;
/** An answer that takes longer is none; milliseconds. */
const patience = 5000;

/** How the gateway is; asked also while the tab is hidden, because the tab's title tells it. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => call(statusRoutes.get, {}, AbortSignal.any([signal, AbortSignal.timeout(patience)])),
  refetchInterval: interval,
  refetchIntervalInBackground: true,
  // Whether it answers is what is asked: the first silence counts.
  retry: false,
});
