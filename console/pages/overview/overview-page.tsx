import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Page } from '../../ui/page.tsx';
import { BackupPanel } from './backup-panel.tsx';
import { BreakdownPanel } from './breakdown-panel.tsx';
import { ChartPanels } from './chart-panels.tsx';
import { Checklist } from './checklist.tsx';
import { CreditsPanel } from './credits-panel.tsx';
import { ExpiryWarning } from './expiry-warning.tsx';
import { FigureRow } from './figure-row.tsx';
import { FocusChip } from './focus-chip.tsx';
import { PoolPanel } from './pool-panel.tsx';
import { type Focus, overviewQuery, usageQuery } from './queries.ts';
import { RangeControl } from './range-control.tsx';
import type { OverviewSearch } from './search.ts';

const route = getRouteApi('/shell/');

/** Shows the first-run checklist until it is complete, then the gateway's activity. */
export function OverviewPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const overview = useQuery(overviewQuery);
  const usage = useQuery(usageQuery(search));
  const failed = [overview, usage].filter(({ error, data }) => error !== null && data === undefined);
  const change = (changed: Partial<OverviewSearch>) =>
    void navigate({ search: { ...search, ...changed }, resetScroll: false });
  const focusOn = ({ by, value, label }: Focus) => change({ focus: by, value, name: label });
  // Before the first request there is nothing to show except the checklist.
  const fresh = overview.data?.checklist.hasRequest === false;

  return (
    <Page title={t('overview.title')} actions={fresh ? null : <RangeControl search={search} onChange={change} />}>
      {failed[0] ? (
        <ErrorAlert
          error={failed[0].error}
          onRetry={() => {
            for (const query of failed) void query.refetch();
          }}
        />
      ) : null}
      {overview.data ? <Checklist checklist={overview.data.checklist} /> : null}
      {overview.data ? <ExpiryWarning tokens={overview.data.expiringTokens} now={overview.data.now} /> : null}
      {search.focus && search.value !== undefined ? (
        <FocusChip
          focus={{ by: search.focus, value: search.value, label: search.name ?? search.value }}
          onClear={() => change({ focus: undefined, value: undefined, name: undefined })}
        />
      ) : null}
      {fresh ? null : <FigureRow usage={usage.data} search={search} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <PoolPanel />
        <CreditsPanel credits={overview.data?.credits} />
      </SimpleGrid>
      <BackupPanel />
      {fresh ? null : (
        <>
          <ChartPanels usage={usage.data} onZoom={(span) => change({ range: undefined, ...span })} onFocus={focusOn} />
          <BreakdownPanel
            by={search.by ?? 'model'}
            onBy={(by) => change({ by })}
            groups={usage.data?.groups}
            onFocus={focusOn}
          />
        </>
      )}
    </Page>
  );
}
