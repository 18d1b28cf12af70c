import { ActionIcon, Drawer, Group, Kbd, Skeleton, Stack, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../../../ui/dialog.tsx';
import { ErrorAlert } from '../../../ui/error-alert.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { requestQuery } from '../queries.ts';
import { RequestTrace } from './request-trace.tsx';

interface RequestDrawerProps {
  readonly id: string | undefined;
  /** Ids of the log page in order, for the next and previous buttons. */
  readonly ids: readonly string[];
  readonly onOpen: (id: string | undefined) => void;
}

/** The trace of one request, in a drawer next to the log. */
export function RequestDrawer({ id, ids, onOpen }: RequestDrawerProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  useReturnFocus(id !== undefined);
  const query = useQuery({ ...requestQuery(id ?? ''), enabled: id !== undefined });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={() => onOpen(undefined)}
      position="right"
      size={phone ? '100%' : 820}
      title={
        <Group gap="sm">
          {t('requests.detail')}
          {id === undefined ? null : <Steps id={id} ids={ids} onOpen={onOpen} />}
        </Group>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {query.error ? <ErrorAlert error={query.error} onRetry={() => query.refetch()} /> : null}
      {query.data ? (
        <RequestTrace key={query.data.id} request={query.data} />
      ) : query.error ? null : (
        <Stack role="status" aria-label={t('common.loading')}>
          <Skeleton height={60} />
          <Skeleton height={160} />
          <Skeleton height={160} />
        </Stack>
      )}
    </Drawer>
  );
}

/** Next and previous request, by button or with j and k. */
function Steps({ id, ids, onOpen }: RequestDrawerProps & { id: string }) {
  const { t } = useTranslation();
  const place = ids.indexOf(id);
  const next = place === -1 ? undefined : ids[place + 1];
  const previous = place === -1 ? undefined : ids[place - 1];
  const go = (to: string | undefined) => {
    if (to !== undefined) onOpen(to);
  };
  useHotkeys([
    ['j', () => go(next)],
    ['k', () => go(previous)],
  ]);
  return (
    <Group gap={2}>
      {(
        [
          { key: 'j', to: next, icon: IconChevronDown, label: t('requests.nextRequest') },
          { key: 'k', to: previous, icon: IconChevronUp, label: t('requests.previousRequest') },
        ] as const
      ).map(({ key, to, icon: Icon, label }) => (
        <Tooltip
          key={key}
          label={
            <>
              {label} <Kbd size="xs">{key}</Kbd>
            </>
          }
        >
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            disabled={to === undefined}
            aria-label={label}
            aria-keyshortcuts={key}
            onClick={() => go(to)}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </Group>
  );
}
