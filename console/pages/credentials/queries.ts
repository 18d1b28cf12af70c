import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { useAction } from '../../ui/use-action.ts';

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: ({ signal }) => call(credentialRoutes.list, {}, signal),
  refetchInterval: 3000,
});

/** What else changes with a credential: the overview counts them. */
export const credentialKeys = [['credentials'], ['overview']] as const;

/** Turns a credential on or off; the table shows it at once and takes it back if the gateway refuses. */
export function useEnableCredential() {
  const queryClient = useQueryClient();
  const { queryKey } = credentialsQuery;
  return useMutation({
    mutationFn: ({ id, enabled }: { id: string; enabled: boolean }) =>
      call(credentialRoutes.edit, { params: { id }, body: { enabled } }),
    onMutate: async ({ id, enabled }) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(queryKey, (old) =>
        old === undefined
          ? old
          : { ...old, credentials: old.credentials.map((item) => (item.id === id ? { ...item, enabled } : item)) },
      );
      return before;
    },
    onError: (_error, _input, before) => queryClient.setQueryData(queryKey, before),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
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

export function useDeleteCredential() {
  const { t } = useTranslation();
  return useAction({
    run: (id: string) => call(credentialRoutes.delete, { params: { id } }),
    invalidates: credentialKeys,
    success: t('credentials.deleted'),
  });
}
