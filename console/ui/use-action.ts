import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { AdminApiError } from '../api.ts';
import { describeError } from './describe-error.ts';
import { notify } from './notify.ts';

interface ActionOptions<Input, Output> {
  readonly run: (input: Input) => Promise<Output>;
  /** Queries whose answers the action changes. */
  readonly invalidates?: readonly QueryKey[];
  /** Shown once it is done. */
  readonly success?: string | ((output: Output) => string);
  readonly onSuccess?: (output: Output, input: Input) => void;
  /** The form shows the failure itself. */
  readonly quiet?: boolean;
}

/** A change made by the user: refetches what it touches, says that it is done, or in words why not. */
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
