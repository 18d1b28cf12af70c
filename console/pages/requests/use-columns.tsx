import { Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RequestItem } from '../../../contract/requests.ts';
import type { Column } from '../../ui/data-table.tsx';
import { nameValue } from '../../ui/name-value.ts';
import { StateDot } from '../../ui/state-dot.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { outcomeTones, wordFailure } from './words.ts';

export function useRequestColumns(onOpen: (id: string) => void): Column<RequestItem>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'time',
      title: t('requests.time'),
      onPhone: 'title',
      render: (row) => (
        <UnstyledButton
          onClick={(event) => {
            event.stopPropagation();
            onOpen(row.id);
          }}
          style={{ whiteSpace: 'nowrap' }}
        >
          <Text size="sm" component="span">
            <RelativeTime at={row.startedAt} />
            <span className="visually-hidden">, {row.model}</span>
          </Text>
        </UnstyledButton>
      ),
    },
    {
      key: 'outcome',
      onPhone: 'corner',
      title: t('requests.result'),
      render: (row) => (
        <StateDot tone={outcomeTones[row.outcome]}>
          {row.outcome === 'failure' && row.failureKind !== null
            ? wordFailure(row.failureKind, t)
            : t(`requests.outcome.${row.outcome}`)}
          <Text component="span" size="xs" c="dimmed">
            {row.status}
          </Text>
        </StateDot>
      ),
    },
    {
      key: 'model',
      title: t('requests.filter.model'),
      render: (row) => (
        <Text size="sm" maw={220} className="truncate" title={row.model}>
          {row.model}
        </Text>
      ),
    },
    {
      key: 'key',
      title: t('requests.filter.key'),
      render: (row) => (
        <Text size="sm" maw={120} className="truncate" title={row.keyName}>
          {nameValue('key', row.keyName, t)}
        </Text>
      ),
    },
    {
      key: 'credential',
      title: t('requests.filter.credential'),
      render: (row) => (
        <span style={{ display: 'flex', gap: 6, maxWidth: 180, alignItems: 'baseline' }}>
          <Text size="sm" component="span" className="truncate" title={row.credentialLabel}>
            {row.credentialLabel === '' ? '–' : row.credentialLabel}
          </Text>
          {row.attemptCount > 1 ? (
            <Text component="span" size="xs" c="dimmed" title={t('requests.attempts')} style={{ flex: 'none' }}>
              {t('requests.attemptsShort', { count: row.attemptCount })}
            </Text>
          ) : null}
        </span>
      ),
    },
    {
      key: 'tokens',
      title: t('requests.tokens'),
      align: 'right',
      render: (row) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          {format.compact(row.inputTokens)} → {format.compact(row.outputTokens)}
        </span>
      ),
    },
    {
      key: 'took',
      title: t('requests.took'),
      align: 'right',
      render: (row) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          {row.firstTokenTime === null ? null : (
            <Text component="span" size="xs" c="dimmed">
              {format.duration(row.firstTokenTime)} /{' '}
            </Text>
          )}
          {format.duration(row.totalTime)}
        </span>
      ),
    },
  ];
}
