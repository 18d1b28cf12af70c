import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { modelRoutes } from '../../../contract/models.ts';
import { call } from '../../api.ts';
import { useAction } from '../../ui/use-action.ts';

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call(modelRoutes.list, {}, signal),
  staleTime: 10_000,
});

/** What else changes with a model: the list that clients and the Connect page see. */
export const modelKeys = [['models'], ['connection']] as const;

/** Turns a model on or off; the table shows it at once and takes it back if the gateway refuses. */
export function useEnableModel() {
  const queryClient = useQueryClient();
  const { queryKey } = modelsQuery;
  return useMutation({
    mutationFn: ({ id, enabled }: { id: string; enabled: boolean }) =>
      call(modelRoutes.edit, { params: { id }, body: { enabled } }),
    onMutate: async ({ id, enabled }) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(queryKey, (old) =>
        old === undefined ? old : { models: old.models.map((item) => (item.id === id ? { ...item, enabled } : item)) },
      );
      return before;
    },
    onError: (_error, _input, before) => queryClient.setQueryData(queryKey, before),
    onSettled: () => Promise.all(modelKeys.map((key) => queryClient.invalidateQueries({ queryKey: key }))),
  });
}

export function useDeleteModel() {
  const { t } = useTranslation();
  return useAction({
    run: (id: string) => call(modelRoutes.delete, { params: { id } }),
    invalidates: modelKeys,
    success: t('models.deleted'),
  });
}
