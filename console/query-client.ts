import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { AdminApiError } from './api.ts';
import { setSessionEnded } from './session-end.ts';

/** Reacts to failed calls that require a login or a password change. */
interface Navigator {
  readonly state: { readonly location: { readonly pathname: string } };
  navigate(to: { to: '/change-password' }): Promise<void>;
}

/**
 * The query client with the error handling that all pages share: an ended session shows the login over the page, and
 * a required password change opens its page. Refused calls are not retried; calls without a response are retried once.
 */
export function createQueryClient(router: () => Navigator): QueryClient {
  const onError = (error: Error) => {
    if (!(error instanceof AdminApiError)) return;
    const { pathname } = router().state.location;
    if (error.code === 'unauthenticated' && pathname !== '/login') {
      setSessionEnded(true);
    }
    if (error.code === 'password_change_required') void router().navigate({ to: '/change-password' });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 1000,
        networkMode: 'always',
        retry: (failures, error) =>
          failures < 1 && error instanceof AdminApiError && (error.code === 'network' || error.code === 'unavailable'),
        retryDelay: 500,
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
