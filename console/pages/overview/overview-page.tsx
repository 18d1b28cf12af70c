import { SegmentedControl, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Page } from '../../ui/page.tsx';
import { BreakdownPanel } from './breakdown-panel.tsx';
import { ChartPanels } from './chart-panels.tsx';
import { Checklist } from './checklist.tsx';
import { CreditsPanel } from './credits-panel.tsx';
import { FigureRow } from './figure-row.tsx';
import { FocusChip } from './focus-chip.tsx';
import { PoolPanel } from './pool-panel.tsx';
import { type Breakdown, type Focus, overviewQuery, type Range, ranges, usageQuery } from './queries.ts';

/** The first-run checklist until it is done; then what the gateway is doing. */
export function OverviewPage() {
  const { t } = useTranslation();
  const [range, setRange] = useState<Range>('24h');
  const [by, setBy] = useState<Breakdown>('model');
  const [focus, setFocus] = useState<Focus>();
  const overview = useQuery(overviewQuery);
  const usage = useQuery(usageQuery(range, by, focus));
  const error = overview.error ?? usage.error;
  const { span } = ranges[range];
  // Before the first request there is nothing to draw: the checklist has the page.
  const fresh = overview.data?.checklist.hasRequest === false;

  return (
    <Page
      title={t('overview.title')}
      actions={
        fresh ? null : (
          <SegmentedControl
            size="xs"
            aria-label={t('overview.range')}
            value={range}
            onChange={setRange}
            data={[
              { value: '1h', label: t('overview.range1h') },
              { value: '24h', label: t('overview.range24h') },
              { value: '7d', label: t('overview.range7d') },
              { value: '30d', label: t('overview.range30d') },
            ]}
          />
        )
      }
    >
      {error && !overview.data ? <ErrorAlert error={error} onRetry={() => overview.refetch()} /> : null}
      {overview.data ? <Checklist checklist={overview.data.checklist} /> : null}
      {focus ? <FocusChip focus={focus} onClear={() => setFocus(undefined)} /> : null}
      {fresh ? null : <FigureRow totals={usage.data?.totals} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <PoolPanel pool={overview.data?.pool} />
        <CreditsPanel credits={overview.data?.credits} />
      </SimpleGrid>
      {fresh ? null : (
        <>
          <ChartPanels series={usage.data?.series} span={span} />
          <BreakdownPanel by={by} onBy={setBy} groups={usage.data?.groups} onFocus={setFocus} />
        </>
      )}
    </Page>
  );
}
