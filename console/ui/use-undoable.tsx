import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { describeError } from './describe-error.ts';
import { notify } from './notify.ts';
import { beginRemoval, settleRemovals, undoPeriod } from './removals.ts';

interface Undoable {
  readonly ids: readonly string[];
  /** Notification text. */
  readonly message: string;
  /** Runs immediately: a removed item must stop working during the undo period. */
  readonly suspend: () => Promise<unknown>;
  /** Reverts `suspend`. */
  readonly restore: () => Promise<unknown>;
  /** Removes permanently. */
  readonly remove: () => Promise<unknown>;
  readonly invalidates: readonly QueryKey[];
}

/** Removes immediately, with an undo period of a few seconds. */
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
      autoClose: undoPeriod,
      closeButtonProps: { 'aria-label': t('common.close') },
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
            {message}
          </Text>
          <Button
            size="compact-sm"
            style={{ flex: 'none' }}
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
