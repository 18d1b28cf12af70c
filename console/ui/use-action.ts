import { hashKey, type QueryKey, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminApiError } from '../api.ts';
import { useSessionEnded } from '../session-end.ts';
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

/**
 * A mutation that refetches the affected queries and shows a notification on success or failure. A second click while
 * it runs has no effect. After a login, the error of the ended session is cleared.
 */
export function useAction<Input, Output>(
  options: ActionOptions<Input, Output>,
): UseMutationResult<Output, Error, Input> {
  const queryClient = useQueryClient();
  const { t, i18n } = useTranslation();
  const running = useRef<string>(undefined);
  const mutation = useMutation<Output, Error, Input>({
    mutationFn: options.run,
    onSuccess: async (output, input) => {
      const { success } = options;
      if (success !== undefined) {
        notify({ message: typeof success === 'string' ? success : success(output), tone: 'good' });
      }
      options.onSuccess?.(output, input);
      await Promise.all((options.invalidates ?? []).map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
    onSettled: () => {
      running.current = undefined;
    },
    onError: (error) => {
      if (options.quiet || isUnauthenticated(error)) return;
      notify({ title: t('errors.title'), message: describeError(error, t, i18n.language), tone: 'bad' });
    },
  });
  const ended = useSessionEnded();
  const clearStaleError = useEffectEvent(() => {
    if (isUnauthenticated(mutation.error)) mutation.reset();
  });
  useEffect(() => {
    if (!ended) clearStaleError();
  }, [ended]);
  const { mutate } = mutation;
  const mutateOnce = useCallback<typeof mutate>(
    (...args) => {
      const key = hashKey([args[0]]);
      if (running.current === key) return;
      running.current = key;
      mutate(...args);
    },
    [mutate],
  );
  return { ...mutation, mutate: mutateOnce };
}

function isUnauthenticated(error: Error | null): boolean {
  return error instanceof AdminApiError && error.code === 'unauthenticated';
}
