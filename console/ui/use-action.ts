import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AdminApiError } from '../api.ts';
import { describeError } from './describe-error.ts';
import { notify } from './notify.ts';

interface ActionOptions<Input, Output> {
  readonly run: (input: Input) => Promise<Output>;
  /** Queries to refetch after the action. */
  readonly invalidates?: readonly QueryKey[];
  /** Notification text on success. */
  readonly success?: string | ((output: Output) => string);
  readonly onSuccess?: (output: Output, input: Input) => void;
  /** True if the form shows errors itself. */
  readonly quiet?: boolean;
}

/** A mutation that refetches the affected queries and shows a notification on success or failure. */
export function useAction<Input, Output>(
  options: ActionOptions<Input, Output>,
): UseMutationResult<Output, Error, Input> {
  const queryClient = useQueryClient();
  const { t, i18n } = useTranslation();
  return useMutation({
    mutationFn: options.run,
    onSuccess: async (output, input) => {
      const { success } = options;
      if (success !== undefined) {
        notify({ message: typeof success === 'string' ? success : success(output), tone: 'good' });
      }
      options.onSuccess?.(output, input);
      await Promise.all((options.invalidates ?? []).map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
    onError: (error) => {
      if (options.quiet || (error instanceof AdminApiError && error.code === 'unauthenticated')) return;
      notify({ title: t('errors.title'), message: describeError(error, t, i18n.language), tone: 'bad' });
    },
  });
}
