import { Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Key, KeyLimits } from '../../../contract/keys.ts';
import type { Column } from '../../ui/data-table/data-table.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useEnableKey } from './queries.ts';

export function useKeyColumns(): Column<Key>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'name',
      title: t('keys.name'),
      onCard: 'title',
      render: (row) => (
        <>
          <Text fw={500} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {row.name}
          </Text>
          <Text c="dimmed" size="xs" ff="monospace">
            {row.maskedKey}
          </Text>
        </>
      ),
    },
    { key: 'state', title: t('keys.state'), render: (row) => <KeyState apiKey={row} /> },
    { key: 'limits', title: t('keys.limits'), render: (row) => <LimitSummary limits={row.limits} /> },
    {
      key: 'activity',
      title: t('keys.last14Days'),
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

function KeyState({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation();
  const { expiresAt } = apiKey;
  const expired = expiresAt !== null && expiresAt <= Date.now();
  const logging = apiKey.contentLoggingUntil !== null && apiKey.contentLoggingUntil > Date.now();
  return (
    <div>
      {!apiKey.enabled ? (
        <StateDot tone="idle">{t('keys.stateDisabled')}</StateDot>
      ) : expired ? (
        <StateDot tone="bad">{t('keys.stateExpired')}</StateDot>
      ) : (
        <StateDot tone="good">{t('keys.stateActive')}</StateDot>
      )}
      {expiresAt !== null && !expired ? (
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

/** The limits that are set, shortly. */
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
    <Text size="sm" c={parts.length === 0 ? 'dimmed' : 'var(--mantine-color-text)'} maw={220}>
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
