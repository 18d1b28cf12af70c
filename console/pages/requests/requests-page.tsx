import { IconActivity } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { ExportMenu } from './export-menu.tsx';
import { RequestFilters } from './filters.tsx';
import { LiveBar } from './live-bar.tsx';
import { LogFooter } from './log-footer.tsx';
import { requestsQuery } from './queries.ts';
import { isFiltered, type RequestsSearch, sizes } from './search.ts';
import { useRequestColumns } from './use-columns.tsx';
import { useHeldRows } from './use-held-rows.ts';

const RequestDrawer = lazyDialog(() => import('./trace/request-drawer.tsx').then((module) => module.RequestDrawer));

const route = getRouteApi('/shell/requests');

/** The request log, newest first. A row opens its trace. */
export function RequestsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { open, filter, order, turnPage } = useLogNavigation(search);
  const query = useQuery(requestsQuery(search));
  const [isPaused, setPaused] = useState(false);
  const [isPointedAt, setPointedAt] = useState(false);
  // Its code is loaded with the first trace. It stays mounted for its closing animation.
  const [wasOpened, setOpened] = useState(false);
  if (!wasOpened && search.id !== undefined) setOpened(true);
  const { id: _open, ...view } = search;
  const isHeld = isPaused || isPointedAt || search.id !== undefined;
  const isLive = search.cursor === undefined && search.largest === undefined && search.to === undefined;
  const { rows, fresh, show } = useHeldRows(
    query.data?.requests,
    isLive && isHeld,
    JSON.stringify(view),
    !query.isPlaceholderData,
  );
  const columns = useRequestColumns(open);
  const filtered = isFiltered(search);

  return (
    <Page
      wide
      title={t('requests.title')}
      description={t('requests.description')}
      actions={<ExportMenu search={search} />}
    >
      <Panel>
        <RequestFilters search={search} onChange={filter} />
        {isLive ? (
          <LiveBar isPaused={isPaused} isHeld={isHeld} fresh={fresh} onPause={setPaused} onShow={show} />
        ) : null}
        {query.error && !query.data ? (
          <ErrorAlert error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <div onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)}>
            <DataTable
              label={t('requests.title')}
              columns={columns}
              rows={rows}
              id={(row) => row.id}
              onOpen={(row) => open(row.id)}
              current={search.id}
              stickyHead
              dense
              ordering={{ order: { column: search.largest ?? 'time', descending: true }, onOrder: order }}
              empty={
                <Empty
                  icon={IconActivity}
                  title={t(filtered ? 'requests.noMatchTitle' : 'requests.emptyTitle')}
                  text={t(filtered ? 'requests.noMatchText' : 'requests.emptyText')}
                />
              }
            />
          </div>
        )}
        <LogFooter search={search} page={query.data} onTurn={turnPage} />
      </Panel>
      {wasOpened ? <RequestDrawer id={search.id} ids={rows?.map(({ id }) => id) ?? []} onOpen={open} /> : null}
    </Page>
  );
}

/** Navigation that changes the log's URL: open request, filters, order, page. */
function useLogNavigation(search: RequestsSearch) {
  const navigate = route.useNavigate();
  const router = useRouter();
  const first = { cursor: undefined, page: undefined };
  return {
    open: (id: string | undefined) =>
      void navigate({
        search: { ...search, id },
        // Stepping from one request to the next replaces the history entry.
        replace: id === undefined || search.id !== undefined,
        resetScroll: false,
      }),
    filter: (change: Partial<RequestsSearch>) =>
      void navigate({ search: { ...search, ...first, ...change }, replace: true, resetScroll: false }),
    order: (column: string) => {
      const largest = sizes.find((size) => size === column);
      void navigate({ search: { ...search, ...first, largest }, replace: true, resetScroll: false });
    },
    /** @param cursor cursor of the older page; undefined: back to the newer one */
    turnPage: (cursor: string | undefined) => {
      const page = search.page ?? 1;
      if (cursor !== undefined) {
        void navigate({ search: { ...search, cursor, page: page + 1 }, state: { cameFromNewer: true } });
      } else if (router.state.location.state.cameFromNewer) router.history.back();
      // The URL was opened directly, so only the newest page is known.
      else void navigate({ search: { ...search, ...first } });
    },
  };
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The previous history entry is the newer page. */
    readonly cameFromNewer?: boolean;
  }
}
