import { Text } from '@mantine/core';
import { IconServer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Status } from '../../../contract/status.ts';
import { statusQuery } from '../../health/queries.ts';
import { type Column, DataTable } from '../../ui/data-table/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Panel } from '../../ui/page.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { Warning } from '../../ui/warning.tsx';

type Replica = Status['replicas'][number];

/** The gateway processes that share the database. */
export function ReplicasTab() {
  const { t } = useTranslation();
  const query = useQuery(statusQuery);
  const columns = useReplicaColumns();
  return (
    <Panel title={t('settings.tab.replicas')} description={t('settings.replicas.text')}>
      {query.data?.sharingTrouble ? (
        <Warning mb="md" title={t('health.notShared')}>
          {query.data.sharingTrouble}
        </Warning>
      ) : null}
      {query.error && !query.data ? (
        <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <DataTable
          label={t('settings.tab.replicas')}
          columns={columns}
          rows={query.data?.replicas}
          id={(replica) => `${replica.name} ${replica.since}`}
          empty={<Empty icon={IconServer} title={t('settings.tab.replicas')} text={t('settings.replicas.text')} />}
        />
      )}
    </Panel>
  );
}

function useReplicaColumns(): Column<Replica>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    { key: 'name', title: t('settings.replicas.name'), onCard: 'title', render: ({ name }) => name },
    { key: 'version', title: t('settings.replicas.version'), render: ({ version }) => version },
    {
      key: 'limits',
      title: t('settings.replicas.limits'),
      render: ({ isSharing }) => (
        <Text size="sm">{isSharing ? t('settings.replicas.shared') : t('settings.replicas.own')}</Text>
      ),
    },
    {
      key: 'requests',
      title: t('settings.replicas.requests'),
      align: 'right',
      render: ({ requests }) => format.count(requests),
    },
    {
      key: 'since',
      title: t('settings.replicas.since'),
      align: 'right',
      render: ({ since }) => <span style={{ whiteSpace: 'nowrap' }}>{format.time(since)}</span>,
    },
  ];
}
