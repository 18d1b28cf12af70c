import { Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import type { Column } from '../../ui/data-table/data-table.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { CredentialStateCell } from './credential-state.tsx';
import { CreditsBar } from './credits-bar.tsx';
import { displayName } from './display-name.ts';
import { useEnableCredential } from './queries.ts';
import { RouteDots } from './route-dots.tsx';

/** The columns of the credentials table; `skew` is the gateway's clock less this one's, in milliseconds. */
export function useCredentialColumns(skew: number, onRoutes: (credential: Credential) => void): Column<Credential>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'name',
      title: t('credentials.name'),
      onCard: 'title',
      render: (row) => (
        <>
          <Text fw={500} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {displayName(row)}
          </Text>
          <Text c="dimmed" size="xs" ff={row.label === '' ? 'monospace' : 'text'}>
            {row.label === '' ? row.maskedToken : row.email}
          </Text>
        </>
      ),
    },
    {
      key: 'state',
      title: t('credentials.state'),
      render: (row) => <CredentialStateCell credential={row} skew={skew} />,
    },
    {
      key: 'routes',
      title: t('credentials.routes'),
      render: (row) => <RouteDots credential={row} onOpen={() => onRoutes(row)} />,
    },
    {
      key: 'inFlight',
      title: t('credentials.inFlight'),
      align: 'right',
      render: (row) => {
        const limit = row.state.learnedConcurrency ?? row.maxConcurrency;
        return limit === null ? format.count(row.state.inFlight) : `${row.state.inFlight} / ${format.count(limit)}`;
      },
    },
    {
      key: 'credits',
      title: t('credentials.credits'),
      render: (row) => <CreditsBar credits={row.credits} />,
    },
    {
      key: 'activity',
      title: t('credentials.last24Hours'),
      render: (row) => {
        const requests = row.activity.reduce((sum, hour) => sum + hour.requests, 0);
        const failures = row.activity.reduce((sum, hour) => sum + hour.failures, 0);
        return (
          <Sparkline
            bars={row.activity.map((hour) => ({ total: hour.requests, failed: hour.failures }))}
            label={t('credentials.activity', { requests: format.count(requests), failures: format.count(failures) })}
          />
        );
      },
    },
    {
      key: 'lastUsed',
      title: t('credentials.lastUsed'),
      render: (row) => (
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }} component="span">
          <RelativeTime at={row.lastUsedAt} />
        </Text>
      ),
    },
    {
      key: 'enabled',
      title: t('common.enabled'),
      width: 70,
      onCard: 'corner',
      render: (row) => <EnabledSwitch credential={row} />,
    },
  ];
}

function EnabledSwitch({ credential }: { credential: Credential }) {
  const { t } = useTranslation();
  const enable = useEnableCredential();
  return (
    <Switch
      size="sm"
      withThumbIndicator={false}
      aria-label={t('credentials.enable', { name: displayName(credential) })}
      checked={credential.enabled}
      onChange={(event) => enable.mutate({ id: credential.id, enabled: event.currentTarget.checked })}
    />
  );
}
