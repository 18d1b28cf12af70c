import { getRouteApi } from '@tanstack/react-router';

const route = getRouteApi('/shell/connect');

/** The client whose set-up is open, stored in the URL so that it can be linked to. */
export function useOpenClient(): [string | undefined, (name: string | undefined) => void] {
  const { client } = route.useSearch();
  const navigate = route.useNavigate();
  return [client, (name) => void navigate({ search: { client: name }, replace: true, resetScroll: false })];
}
