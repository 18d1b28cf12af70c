import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keyRoutes } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { useAction } from '../../ui/use-action.ts';

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => call(keyRoutes.list, {}, signal),
  refetchInterval: 5000,
});

/** What else changes with a key: the overview's checklist. */
export const keyKeys = [['keys'], ['overview']] as const;

/** Turns a key on or off; the table shows it at once and takes it back if the gateway refuses. */
export function useEnableKey() {
  const queryClient = useQueryClient();
  const { queryKey } = keysQuery;
  return useMutation({
    mutationFn: ({ id, enabled }: { id: string; enabled: boolean }) =>
      call(keyRoutes.edit, { params: { id }, body: { enabled } }),
    onMutate: async ({ id, enabled }) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(queryKey, (old) =>
        old === undefined ? old : { keys: old.keys.map((item) => (item.id === id ? { ...item, enabled } : item)) },
      );
      return before;
    },
    onError: (_error, _input, before) => queryClient.setQueryData(queryKey, before),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}

export function useRotateKey(onRotated: (key: { name: string; key: string }) => void) {
  return useAction({
    run: (id: string) => call(keyRoutes.rotate, { params: { id } }),
    invalidates: keyKeys,
    onSuccess: onRotated,
  });
}

export function useRevokeKey() {
  const { t } = useTranslation();
  return useAction({
    run: (id: string) => call(keyRoutes.revoke, { params: { id } }),
    invalidates: keyKeys,
    success: t('keys.revoked'),
  });
}
