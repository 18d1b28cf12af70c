import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { type Model, modelRoutes } from '../../../contract/models.ts';
import { call } from '../../api.ts';
import { useOptimistic, withEnabled } from '../../ui/use-optimistic.ts';
import { useUndoable } from '../../ui/use-undoable.tsx';

type ModelList = z.infer<NonNullable<typeof modelRoutes.list.response>>;

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call(modelRoutes.list, {}, signal),
  staleTime: 10_000,
});

/** The endpoints that the gateway derives from a model id; empty for an invalid id. */
export function endpointGuessQuery(id: string) {
  return queryOptions({
    queryKey: ['models', 'endpoints', id],
    queryFn: ({ signal }) => call(modelRoutes.guessEndpoints, { params: { id } }, signal),
    enabled: /^[\x21-\x7e]{1,200}$/.test(id),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** Other queries affected by changes to models. */
export const modelKeys = [['models'], ['connection']] as const;

/** Enables or disables a model. */
export function useEnableModel() {
  return useOptimistic({
    run: ({ id, enabled }: { id: string; enabled: boolean }) =>
      call(modelRoutes.edit, { params: { id }, body: { enabled } }),
    queryKey: modelsQuery.queryKey,
    apply: (shown: ModelList, change) => ({ ...shown, models: withEnabled(shown.models, change) }),
    invalidates: modelKeys,
  });
}

/** Deletes a model: clients can no longer use it, and it is removed after the undo period. */
export function useDeleteModel() {
  const { t } = useTranslation();
  const undoable = useUndoable();
  return ({ id, enabled }: Pick<Model, 'id' | 'enabled'>) => {
    const params = { id };
    return undoable({
      ids: [id],
      message: t('models.deleted'),
      suspend: () => call(modelRoutes.edit, { params, body: { enabled: false } }),
      restore: () => call(modelRoutes.edit, { params, body: { enabled } }),
      remove: () => call(modelRoutes.delete, { params }),
      invalidates: modelKeys,
    });
  };
}
