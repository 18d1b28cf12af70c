import { Anchor, Switch, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Key, KeyLimits } from '../../../contract/keys.ts';
import type { Column } from '../../ui/data-table/data-table.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { stateOfKey } from './find-keys.ts';
import { useEnableKey } from './queries.ts';

export function useKeyColumns(): Column<Key>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'name',
      sortable: true,
      title: t('keys.name'),
      fluid: 34,
      onCard: 'title',
      render: (row) => (
        <>
          <Text fw={500} size="sm" component="div" style={{ display: 'flex' }}>
            <Anchor
              inherit
              c="inherit"
              style={{ display: 'flex', minWidth: 0 }}
              renderRoot={(props) => <Link to="/keys/$id" params={{ id: row.id }} {...props} />}
            >
              <MiddleText text={row.name} />
            </Anchor>
          </Text>
          <Text c="dimmed" size="xs" ff="monospace" className="truncate">
            {row.maskedKey}
          </Text>
        </>
      ),
    },
    { key: 'state', title: t('keys.state'), render: (row) => <KeyStateCell apiKey={row} /> },
    { key: 'limits', title: t('keys.limits'), fluid: 30, render: (row) => <LimitSummary limits={row.limits} /> },
    {
      key: 'activity',
      sortable: true,
      title: t('keys.last14Days'),
      from: 'medium',
      render: (row) => {
        const total = row.activity.reduce((sum, day) => sum + day, 0);
        return (
          <Sparkline
            bars={row.activity.map((day) => ({ total: day }))}
            label={t('keys.activity', { requests: format.count(total) })}
          />
        );
      },
    },
    {
      key: 'lastUsed',
      sortable: true,
      title: t('keys.lastUsed'),
      render: (row) => (
        <Text size="sm" c="dimmed" component="span" style={{ whiteSpace: 'nowrap' }}>
          <RelativeTime at={row.lastUsedAt} />
        </Text>
      ),
    },
    {
      key: 'enabled',
      title: t('common.enabled'),
      width: 70,
      onCard: 'corner',
      render: (row) => <EnabledSwitch apiKey={row} />,
    },
  ];
}

export const keyTones = { active: 'good', expired: 'bad', disabled: 'idle' } as const;

function KeyStateCell({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation();
  const { expiresAt } = apiKey;
  const state = stateOfKey(apiKey, Date.now());
  const logging = apiKey.contentLoggingUntil !== null && apiKey.contentLoggingUntil > Date.now();
  return (
    <div>
      <StateDot tone={keyTones[state]}>{t(`keys.stateOf.${state}`)}</StateDot>
      {expiresAt !== null && state === 'active' ? (
        <Text size="xs" c="dimmed">
          {t('keys.expires')} <RelativeTime at={expiresAt} />
        </Text>
      ) : null}
      {logging ? (
        <Text size="xs" c="dimmed">
          {t('keys.loggingOn')}
        </Text>
      ) : null}
    </div>
  );
}

/** A short summary of the configured limits. */
function LimitSummary({ limits }: { limits: KeyLimits }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts: string[] = [];
  const put = (value: number | null, show: (value: number) => string, unit: string) => {
    if (value !== null) parts.push(`${show(value)} ${unit}`);
  };
  put(limits.requestsPerMinute, format.compact, t('keys.unit.requestsPerMinute'));
  put(limits.tokensPerMinute, format.compact, t('keys.unit.tokensPerMinute'));
  put(limits.concurrentRequests, format.compact, t('keys.unit.concurrentRequests'));
  put(limits.tokensPerDay, format.compact, t('keys.unit.tokensPerDay'));
  put(limits.tokensPerMonth, format.compact, t('keys.unit.tokensPerMonth'));
  put(limits.dollarsPerDay, format.dollars, t('keys.unit.perDay'));
  put(limits.dollarsPerMonth, format.dollars, t('keys.unit.perMonth'));
  put(limits.models?.length ?? null, format.count, t('keys.unit.models'));
  put(limits.addresses?.length ?? null, format.count, t('keys.unit.addresses'));
  return (
    <Text size="sm" c={parts.length === 0 ? 'dimmed' : 'var(--mantine-color-text)'}>
      {parts.length === 0 ? t('common.unlimited') : parts.join(' · ')}
    </Text>
  );
}

function EnabledSwitch({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation();
  const enable = useEnableKey();
  return (
    <Switch
      size="sm"
      withThumbIndicator={false}
      aria-label={t('keys.enable', { name: apiKey.name })}
      checked={apiKey.enabled}
      onChange={(event) => enable.mutate({ id: apiKey.id, enabled: event.currentTarget.checked })}
    />
  );
}
