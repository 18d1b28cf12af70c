import { queryOptions } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { type Credential, credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { useAction } from '../../ui/use-action.ts';
import { useOptimistic, withEnabled } from '../../ui/use-optimistic.ts';
import { useUndoable } from '../../ui/use-undoable.tsx';

type CredentialList = z.infer<NonNullable<typeof credentialRoutes.list.response>>;

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: ({ signal }) => call(credentialRoutes.list, {}, signal),
  refetchInterval: 3000,
});

/** The model used to probe each route, and its cost. */
export const routeProbesQuery = queryOptions({
  queryKey: ['credentials', 'route-probes'],
  queryFn: ({ signal }) => call(credentialRoutes.planProbes, {}, signal),
  staleTime: 60_000,
});

/** Other queries affected by changes to credentials. */
export const credentialKeys = [['credentials'], ['overview']] as const;

/** Enables or disables a credential. */
export function useEnableCredential() {
  return useOptimistic({
    run: ({ id, enabled }: { id: string; enabled: boolean }) =>
      call(credentialRoutes.edit, { params: { id }, body: { enabled } }),
    queryKey: credentialsQuery.queryKey,
    apply: (shown: CredentialList, change) => ({ ...shown, credentials: withEnabled(shown.credentials, change) }),
    invalidates: credentialKeys,
  });
}

export function useDrainCredential() {
  return useAction({
    run: ({ id, draining }: { id: string; draining: boolean }) =>
      call(credentialRoutes.edit, { params: { id }, body: { draining } }),
    invalidates: credentialKeys,
  });
}

export function useResetCredential() {
  const { t } = useTranslation();
  return useAction({
    run: (id: string) => call(credentialRoutes.reset, { params: { id } }),
    invalidates: credentialKeys,
    success: t('credentials.resetDone'),
  });
}

/** Deletes credentials: they stop taking requests immediately, and are removed after the undo period. */
export function useDeleteCredentials() {
  const { t } = useTranslation();
  const undoable = useUndoable();
  return (credentials: readonly Pick<Credential, 'id' | 'enabled'>[]) => {
    const bulk = (ids: readonly string[], action: 'enable' | 'disable' | 'delete') =>
      ids.length === 0 ? Promise.resolve() : call(credentialRoutes.bulk, { body: { ids: [...ids], action } });
    const ids = credentials.map(({ id }) => id);
    const enabled = credentials.filter((credential) => credential.enabled).map(({ id }) => id);
    return undoable({
      ids,
      message: t('credentials.deleted', { count: ids.length }),
      suspend: () => bulk(enabled, 'disable'),
      restore: () => bulk(enabled, 'enable'),
      remove: () => bulk(ids, 'delete'),
      invalidates: credentialKeys,
    });
  };
}
