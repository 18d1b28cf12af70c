import { Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconWaveSine } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RequestItem } from '../../../contract/requests.ts';
import { type Column, narrow } from '../../ui/data-table/data-table.tsx';
import { AccountText, MiddleText, ModelText } from '../../ui/middle-text.tsx';
import { nameValue } from '../../ui/name-value.ts';
import { StateDot } from '../../ui/state-dot.tsx';
import { LogTime } from '../../ui/time.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { outcomeTones, wordOutcome } from './words.ts';

/** Below this width, the key is shown below the model. */
const roomy = '(min-width: 90em)';

export function useRequestColumns(onOpen: (id: string) => void): Column<RequestItem>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const isRoomy = useMediaQuery(roomy, true, { getInitialValueInEffect: false });
  const isCards = useMediaQuery(narrow, false, { getInitialValueInEffect: false });
  const isTight = !isRoomy && !isCards;
  return [
    {
      key: 'time',
      title: t('requests.time'),
      onCard: 'title',
      sortable: true,
      render: (row) => (
        <UnstyledButton
          onClick={(event) => {
            event.stopPropagation();
            onOpen(row.id);
          }}
          style={{ whiteSpace: 'nowrap' }}
        >
          <Text size="sm" component="span">
            <LogTime at={row.startedAt} />
            <span className="visually-hidden">, {row.model}</span>
          </Text>
        </UnstyledButton>
      ),
    },
    {
      key: 'outcome',
      onCard: 'corner',
      title: t('requests.result'),
      fluid: isTight ? 24 : 16,
      render: (row) => <Outcome request={row} isTight={isTight} />,
    },
    {
      key: 'model',
      title: t('requests.filter.model'),
      fluid: isTight ? 44 : 28,
      render: (row) => (
        <>
          <span style={{ display: 'flex', gap: 6, alignItems: 'center' }}>
            <span style={{ display: 'flex', flex: 1, minWidth: 0 }}>
              <ModelText id={row.model} />
            </span>
            {row.stream ? <StreamMark /> : null}
          </span>
          {isTight ? (
            <Text component="div" size="xs" c="dimmed" style={{ display: 'flex' }}>
              <MiddleText text={nameValue('key', row.keyName, t)} />
            </Text>
          ) : null}
        </>
      ),
    },
    ...(isTight ? [] : [keyColumn(t)]),
    {
      key: 'credential',
      title: t('requests.filter.credential'),
      fluid: isTight ? 24 : 17,
      render: (row) => (
        <span style={{ display: 'flex', gap: 6, alignItems: 'baseline' }}>
          <AccountText name={row.credentialLabel === '' ? '–' : row.credentialLabel} />
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
      sortable: true,
      render: (row) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          {format.compact(row.inputTokens)} → {format.compact(row.outputTokens)}
        </span>
      ),
    },
    {
      key: 'cost',
      title: t('overview.figure.cost'),
      align: 'right',
      sortable: true,
      render: (row) => <span style={{ whiteSpace: 'nowrap' }}>{row.cost === null ? '–' : format.cost(row.cost)}</span>,
    },
    {
      key: 'duration',
      title: t('requests.took'),
      align: 'right',
      sortable: true,
      render: (row) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          {format.duration(row.totalTime)}
          {row.firstTokenTime === null || !row.stream ? null : (
            <Text component={isTight ? 'div' : 'span'} size="xs" c="dimmed" title={t('requests.firstToken')}>
              {isTight ? '' : ' · '}
              {format.duration(row.firstTokenTime)}
            </Text>
          )}
        </span>
      ),
    },
  ];
}

function keyColumn(t: TFunction): Column<RequestItem> {
  return {
    key: 'key',
    title: t('requests.filter.key'),
    fluid: 17,
    render: (row) => <MiddleText text={nameValue('key', row.keyName, t)} />,
  };
}

function Outcome({ request, isTight }: { request: RequestItem; isTight: boolean }) {
  const { t } = useTranslation();
  const words = wordOutcome(request, t);
  return (
    <StateDot tone={outcomeTones[request.outcome]}>
      <span style={{ minWidth: 0 }}>
        <span className="two-lines" title={words}>
          {words}
        </span>
        {isTight ? <StatusCode status={request.status} as="div" /> : null}
      </span>
      {isTight ? null : <StatusCode status={request.status} as="span" />}
    </StateDot>
  );
}

function StatusCode({ status, as }: { status: number; as: 'div' | 'span' }) {
  return (
    <Text component={as} size="xs" c="dimmed" style={{ flex: 'none' }}>
      {status}
    </Text>
  );
}

function StreamMark() {
  const { t } = useTranslation();
  return (
    <span title={t('requests.stream')} style={{ flex: 'none', display: 'inline-flex', color: 'var(--console-idle)' }}>
      <IconWaveSine size={14} aria-hidden />
      <span className="visually-hidden">{t('requests.stream')}</span>
    </span>
  );
}
