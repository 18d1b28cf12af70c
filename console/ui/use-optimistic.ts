import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { describeError } from './describe-error.ts';
import { notify } from './notify.ts';

interface OptimisticOptions<Data, Input> {
  readonly run: (input: Input) => Promise<unknown>;
  /** Reads the cached data; undefined if there is none yet. */
  readonly queryKey: QueryKey;
  /** Returns the data with the change applied. */
  readonly apply: (shown: Data, input: Input) => Data;
  /** Other queries to refetch afterwards. */
  readonly invalidates?: readonly QueryKey[];
}

/** An optimistic update: shown at once, and rolled back with an error notification if the gateway refuses it. */
export function useOptimistic<Data, Input>(
  options: OptimisticOptions<Data, Input>,
): UseMutationResult<unknown, Error, Input, { before: Data | undefined }> {
  const queryClient = useQueryClient();
  const { t, i18n } = useTranslation();
  const { queryKey, apply, invalidates = [] } = options;
  return useMutation({
    mutationFn: options.run,
    onMutate: async (input) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<Data>(queryKey);
      queryClient.setQueryData<Data>(queryKey, (shown) => (shown === undefined ? undefined : apply(shown, input)));
      return { before };
    },
    onError: (error, _input, context) => {
      queryClient.setQueryData(queryKey, context?.before);
      notify({ title: t('errors.title'), message: describeError(error, t, i18n.language), tone: 'bad' });
    },
    onSettled: () =>
      Promise.all([queryKey, ...invalidates].map((key) => queryClient.invalidateQueries({ queryKey: key }))),
  });
}

interface Switchable {
  readonly id: string;
  readonly enabled: boolean;
}

/** Returns the rows with one of them enabled or disabled. */
export function withEnabled<Row extends Switchable>(rows: readonly Row[], { id, enabled }: Switchable): Row[] {
  return rows.map((row) => (row.id === id ? { ...row, enabled } : row));
}
