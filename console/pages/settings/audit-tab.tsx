import { Button, Center, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AuditItem } from '../../../contract/settings.ts';
import { type Column, DataTable } from '../../ui/data-table/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Panel } from '../../ui/page.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { namesObject, wordAction, wordDetail } from './audit-words.ts';
import { auditQuery } from './queries.ts';

/** The audit log, newest first. */
export function AuditTab() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(auditQuery);
  const columns = useAuditColumns();
  return (
    <Panel title={t('settings.tab.audit')} description={t('settings.auditText')}>
      {query.error && !query.data ? (
        <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <DataTable
          label={t('settings.tab.audit')}
          columns={columns}
          rows={query.data?.pages.flatMap((page) => page.items)}
          id={(row) => row.id}
          empty={<Empty icon={IconHistory} title={t('settings.auditEmpty')} text={t('settings.auditText')} />}
        />
      )}
      {query.hasNextPage ? (
        <Center mt="md">
          <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t('common.showMore')}
          </Button>
        </Center>
      ) : null}
    </Panel>
  );
}

function useAuditColumns(): Column<AuditItem>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'action',
      fluid: 22,
      title: t('settings.auditAction'),
      onCard: 'title',
      render: (row) => (
        <Text size="sm" title={row.action}>
          {wordAction(row.action, t)}
        </Text>
      ),
    },
    {
      key: 'target',
      fluid: 42,
      title: t('settings.auditTarget'),
      render: (row) => <MiddleText text={namesObject(row) ? row.target : '–'} />,
    },
    {
      key: 'detail',
      fluid: 36,
      title: t('settings.auditDetail'),
      render: (row) => (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }} title={row.detail}>
          {wordDetail(row, t) || '–'}
        </Text>
      ),
    },
    { key: 'address', title: t('session.address'), from: 'medium', onCard: 'hidden', render: (row) => row.address },
    {
      key: 'at',
      onCard: 'corner',
      title: t('requests.time'),
      align: 'right',
      render: (row) => <span style={{ whiteSpace: 'nowrap' }}>{format.time(row.at)}</span>,
    },
  ];
}
