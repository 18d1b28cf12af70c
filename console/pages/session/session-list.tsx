import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type SessionItem, sessionRoutes } from '../../../contract/session.ts';
import { call } from '../../api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table/data-table.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Panel } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useAction } from '../../ui/use-action.ts';
import { describeAgent } from './describe-agent.ts';
import { sessionsQuery } from './queries.ts';

/** The admin's sessions; all others can be logged out here. */
export function SessionList() {
  const { t } = useTranslation();
  const query = useQuery(sessionsQuery);
  const columns = useSessionColumns();
  return (
    <Panel title={t('session.sessions')} description={t('session.sessionsText')}>
      {query.error && !query.data ? (
        <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <DataTable
          label={t('session.sessions')}
          columns={columns}
          rows={query.data?.sessions}
          id={(row) => row.id}
          empty={null}
        />
      )}
    </Panel>
  );
}

function useSessionColumns(): Column<SessionItem>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'client',
      title: t('session.browser'),
      onCard: 'title',
      render: (row) => (
        <Group gap="xs">
          <Text size="sm" title={row.userAgent}>
            {describeAgent(row.userAgent)}
          </Text>
          {row.current ? (
            <Badge variant="default" size="sm" tt="none" fw={500}>
              {t('session.thisOne')}
            </Badge>
          ) : null}
        </Group>
      ),
    },
    { key: 'address', title: t('session.address'), render: (row) => row.address },
    { key: 'created', title: t('session.loggedIn'), render: (row) => <RelativeTime at={row.createdAt} /> },
    { key: 'seen', title: t('session.lastSeen'), render: (row) => <RelativeTime at={row.lastSeenAt} /> },
    {
      key: 'revoke',
      onCard: 'corner',
      title: t('common.actions'),
      align: 'right',
      render: (row) => (row.current ? null : <RevokeButton session={row} />),
    },
  ];
}

function RevokeButton({ session }: { session: SessionItem }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const revoke = useAction({
    run: () => call(sessionRoutes.revoke, { params: { id: session.id } }),
    invalidates: [sessionsQuery.queryKey],
    success: t('session.revoked'),
  });
  const ask = async () => {
    const yes = await confirm({
      title: t('session.revokeTitle'),
      text: t('session.revokeText', { name: describeAgent(session.userAgent), address: session.address }),
      action: t('session.revoke'),
    });
    if (yes) revoke.mutate(undefined);
  };
  return (
    <Button size="compact-sm" variant="default" onClick={ask} loading={revoke.isPending}>
      {t('session.revoke')}
    </Button>
  );
}
