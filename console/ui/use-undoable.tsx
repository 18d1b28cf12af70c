import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { describeError } from './describe-error.ts';
import { notify } from './notify.ts';
import { beginRemoval, settleRemovals, thinkingTime } from './removals.ts';

interface Undoable {
  readonly ids: readonly string[];
  /** What was done, for the notice. */
  readonly message: string;
  /** Takes effect at once: what is removed must not work while it can still be undone. */
  readonly suspend: () => Promise<unknown>;
  /** Takes that back. */
  readonly restore: () => Promise<unknown>;
  /** Removes for good. */
  readonly remove: () => Promise<unknown>;
  readonly invalidates: readonly QueryKey[];
}

/** Removes at once, and lets it be undone for some seconds. */
export function useUndoable() {
  const { t, i18n } = useTranslation();
  const queryClient = useQueryClient();
  return async ({ ids, message, suspend, restore, remove, invalidates }: Undoable): Promise<void> => {
    const attempt = async (step: () => Promise<unknown>): Promise<boolean> => {
      try {
        await step();
        return true;
      } catch (error) {
        notify({ title: t('errors.title'), message: describeError(error, t, i18n.language), tone: 'bad' });
        return false;
      } finally {
        await Promise.all(invalidates.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
      }
    };
    if (!(await attempt(suspend))) return;
    const takeBack = beginRemoval({
      ids,
      onFinish: () => {
        notifications.hide(notice);
        void attempt(remove).then(settleRemovals);
      },
    });
    const notice = notifications.show({
      color: 'green',
      autoClose: thinkingTime,
      closeButtonProps: { 'aria-label': t('common.close') },
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{message}</Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(notice);
              if (takeBack()) void attempt(restore);
            }}
          >
            {t('common.undo')}
          </Button>
        </Group>
      ),
    });
  };
}
