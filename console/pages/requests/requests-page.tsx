import { Button, Group, Text } from '@mantine/core';
import { IconActivity, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { ExportMenu } from './export-menu.tsx';
import { RequestFilters } from './filters.tsx';
import { requestsQuery } from './queries.ts';
import { RequestDrawer } from './request-drawer.tsx';
import type { RequestsSearch } from './search.ts';
import { useRequestColumns } from './use-columns.tsx';

const route = getRouteApi('/shell/requests');

/** What was asked and how it went: newest first, a row opens its trace. */
export function RequestsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // The cursors of the pages before this one; empty on the newest.
  const [trail, setTrail] = useState<readonly string[]>([]);
  const query = useQuery(requestsQuery(search, trail.at(-1)));
  const open = (id: string | undefined) => void navigate({ search: { ...search, id }, replace: id === undefined });
  const filter = (change: Partial<RequestsSearch>) => {
    setTrail([]);
    void navigate({ search: { ...search, ...change }, replace: true });
  };
  const columns = useRequestColumns(open);
  const next = query.data?.nextCursor ?? null;
  const filtered = Object.entries(search).some(([name, value]) => name !== 'id' && value !== undefined);

  return (
    <Page title={t('requests.title')} description={t('requests.description')} actions={<ExportMenu search={search} />}>
      <Panel>
        <RequestFilters search={search} onChange={filter} />
        {query.error && !query.data ? (
          <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <DataTable
            label={t('requests.title')}
            columns={columns}
            rows={query.data?.requests}
            id={(row) => row.id}
            onOpen={(row) => open(row.id)}
            empty={
              <Empty
                icon={IconActivity}
                title={t(filtered ? 'requests.noMatchTitle' : 'requests.emptyTitle')}
                text={t(filtered ? 'requests.noMatchText' : 'requests.emptyText')}
              />
            }
          />
        )}
        <Group justify="space-between" mt="md">
          <Text size="xs" c="dimmed">
            {trail.length === 0 ? t('requests.live') : t('requests.page', { page: trail.length + 1 })}
          </Text>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconChevronLeft size={14} aria-hidden />}
              disabled={trail.length === 0}
              onClick={() => setTrail(trail.slice(0, -1))}
            >
              {t('requests.newer')}
            </Button>
            <Button
              size="xs"
              variant="default"
              rightSection={<IconChevronRight size={14} aria-hidden />}
              disabled={next === null}
              onClick={() => next !== null && setTrail([...trail, next])}
            >
              {t('requests.older')}
            </Button>
          </Group>
        </Group>
      </Panel>
      <RequestDrawer id={search.id} onClose={() => open(undefined)} />
    </Page>
  );
}
