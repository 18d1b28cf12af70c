import { queryOptions } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { type Key, keyRoutes } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { useAction } from '../../ui/use-action.ts';
import { useOptimistic, withEnabled } from '../../ui/use-optimistic.ts';
import { useUndoable } from '../../ui/use-undoable.tsx';

type KeyList = z.infer<NonNullable<typeof keyRoutes.list.response>>;

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => call(keyRoutes.list, {}, signal),
  refetchInterval: 5000,
});

/** One key and the usage of its budgets. */
export function keyQuery(id: string) {
  return queryOptions({
    queryKey: ['keys', id],
    queryFn: ({ signal }) => call(keyRoutes.get, { params: { id } }, signal),
    refetchInterval: 5000,
  });
}

/** Other queries affected by changes to keys, such as the overview's checklist. */
export const keyKeys = [['keys'], ['overview']] as const;

/** Enables or disables a key. */
export function useEnableKey() {
  return useOptimistic({
    run: ({ id, enabled }: { id: string; enabled: boolean }) =>
      call(keyRoutes.edit, { params: { id }, body: { enabled } }),
    queryKey: keysQuery.queryKey,
    apply: (shown: KeyList, change) => ({ ...shown, keys: withEnabled(shown.keys, change) }),
    invalidates: keyKeys,
  });
}

export function useRotateKey(onRotated: (key: { name: string; key: string }) => void) {
  return useAction({
    run: (id: string) => call(keyRoutes.rotate, { params: { id } }),
    invalidates: keyKeys,
    onSuccess: onRotated,
  });
}

/** Revokes a key: it is refused immediately, and removed after the undo period. */
export function useRevokeKey() {
  const { t } = useTranslation();
  const undoable = useUndoable();
  return ({ id, name, enabled }: Pick<Key, 'id' | 'name' | 'enabled'>) => {
    const params = { id };
    return undoable({
      ids: [id],
      message: t('keys.revoked', { name }),
      suspend: () => call(keyRoutes.edit, { params, body: { enabled: false } }),
      restore: () => call(keyRoutes.edit, { params, body: { enabled } }),
      remove: () => call(keyRoutes.revoke, { params }),
      invalidates: keyKeys,
    });
  };
}
