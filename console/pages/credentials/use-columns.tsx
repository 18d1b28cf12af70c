import { Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import type { Column } from '../../ui/data-table/data-table.tsx';
import { AccountText } from '../../ui/middle-text.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { CredentialStateCell } from './credential-state.tsx';
import { CreditsBar } from './credits-bar.tsx';
import { displayName } from './display-name.ts';
import { useEnableCredential } from './queries.ts';
import { RouteDots } from './route-dots.tsx';
import { TokenExpiry } from './token-expiry.tsx';

interface ColumnOptions {
  /** Undefined while loading. */
  readonly all: readonly Credential[] | undefined;
  /** Tokens that expire within this many days are highlighted. */
  readonly warningDays: number;
  /** Offset of the gateway's clock from this machine's; milliseconds. */
  readonly skew: number;
  readonly onRoutes: (credential: Credential) => void;
  /** Called to enter a new token. */
  readonly onReplace: (credential: Credential) => void;
}

/** The columns of the credentials table. */
export function useCredentialColumns({
  all,
  warningDays,
  skew,
  onRoutes,
  onReplace,
}: ColumnOptions): Column<Credential>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'name',
      sortable: true,
      title: t('credentials.name'),
      fluid: 40,
      onCard: 'title',
      render: (row) => (
        <>
          <Text fw={500} size="sm" component="div" style={{ display: 'flex' }}>
            <AccountText name={displayName(row)} />
          </Text>
          <Text
            c="dimmed"
            size="xs"
            component="div"
            ff={row.label === '' ? 'monospace' : 'text'}
            style={{ display: 'flex' }}
          >
            <AccountText name={row.label === '' ? row.maskedToken : row.email} />
          </Text>
        </>
      ),
    },
    {
      key: 'state',
      sortable: true,
      title: t('credentials.state'),
      fluid: 32,
      render: (row) => <CredentialStateCell credential={row} skew={skew} onReplace={() => onReplace(row)} />,
    },
    {
      key: 'routes',
      title: t('credentials.routes'),
      render: (row) => <RouteDots credential={row} onOpen={() => onRoutes(row)} />,
    },
    {
      key: 'inFlight',
      sortable: true,
      title: t('credentials.inFlight'),
      align: 'right',
      render: (row) => {
        const limit = row.state.learnedConcurrency ?? row.maxConcurrency;
        return (
          <span style={{ whiteSpace: 'nowrap' }}>
            {limit === null ? format.count(row.state.inFlight) : `${row.state.inFlight} / ${format.count(limit)}`}
          </span>
        );
      },
    },
    {
      key: 'credits',
      sortable: true,
      title: t('credentials.credits'),
      render: (row) => <CreditsBar credits={row.credits} />,
    },
    {
      key: 'activity',
      sortable: true,
      title: t('credentials.last24Hours'),
      from: 'large',
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
      sortable: true,
      title: t('credentials.lastUsed'),
      from: 'medium',
      render: (row) => (
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }} component="span">
          <RelativeTime at={row.lastUsedAt} />
        </Text>
      ),
    },
    // The column is only shown if any expiry date is known.
    ...(all?.some(({ tokenExpiresAt }) => tokenExpiresAt !== null)
      ? [
          {
            key: 'tokenExpiry',
            sortable: true,
            title: t('credentials.tokenExpiry'),
            from: 'medium',
            render: (row) => <TokenExpiry at={row.tokenExpiresAt} warningDays={warningDays} />,
          } satisfies Column<Credential>,
        ]
      : []),
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
