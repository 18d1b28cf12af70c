import { SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { usageRoutes } from '../../../../contract/usage.ts';
import { ChartLegend } from '../../../ui/chart/chart-legend.tsx';
import { useChartSeries } from '../../../ui/chart/chart-series.ts';
import { ErrorAlert } from '../../../ui/error-alert.tsx';
import { lazyPart } from '../../../ui/lazy-part.ts';
import { ModelText } from '../../../ui/middle-text.tsx';
import { nameValue } from '../../../ui/name-value.ts';
import { Panel } from '../../../ui/page.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { type KeyRange, keyUsageQuery } from './queries.ts';

const UsageChart = lazyPart(() => import('../../../ui/chart/usage-chart.tsx').then((module) => module.UsageChart));
const ranges = ['24h', '7d', '30d'] as const satisfies readonly KeyRange[];
const kinds = ['cost', 'requests'] as const;
const maxModels = 6;

/** A key's cost over time, and by model. */
export function UsagePanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const [range, setRange] = useState<KeyRange>('7d');
  const { data, error, refetch } = useQuery(keyUsageQuery(id, range));
  return (
    <Panel
      title={t('keys.usage')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('keys.usage')}
          value={range}
          onChange={setRange}
          data={ranges.map((value) => ({ value, label: t(`keys.page.range.${value}`) }))}
        />
      }
    >
      {error && !data ? <ErrorAlert error={error} onRetry={() => refetch()} /> : null}
      {data?.totals.requests === 0 ? <Text c="dimmed">{t('keys.page.unused')}</Text> : null}
      {data && data.totals.requests > 0 ? (
        <Stack>
          <Figures totals={data.totals} />
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            {kinds.map((kind) => (
              <Chart key={kind} kind={kind} usage={data} />
            ))}
          </SimpleGrid>
          <Models groups={data.groups} />
        </Stack>
      ) : null}
      {data || error ? null : <Skeleton height={260} />}
    </Panel>
  );
}

type Usage = z.infer<NonNullable<typeof usageRoutes.summary.response>>;

function Figures({ totals }: { totals: Usage['totals'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures = [
    [t('overview.figure.requests'), format.count(totals.requests)],
    [t('overview.figure.errorRate'), format.percent(totals.failures / totals.requests)],
    [t('overview.figure.tokens'), format.compact(totals.inputTokens + totals.outputTokens)],
    [t('overview.figure.cost'), format.dollars(totals.cost)],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text fw={600} fz="lg">
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}

function Chart({ kind, usage }: { kind: (typeof kinds)[number]; usage: Usage }) {
  const { t } = useTranslation();
  const stacks = kind === 'cost' ? usage.stacks : [];
  const series = useChartSeries(kind, stacks);
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="sm" fw={600} mb={4}>
        {t(`overview.chart.${kind}`)}
      </Text>
      <ChartLegend lines={series} />
      <Suspense fallback={<Skeleton height={220} />}>
        <UsageChart kind={kind} points={usage.series} stacks={stacks} interval={usage.interval} zone={usage.zone} />
      </Suspense>
    </div>
  );
}

function Models({ groups }: { groups: Usage['groups'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section aria-label={t('keys.page.models')}>
      <Text size="sm" fw={600} mb={4}>
        {t('keys.page.models')}
      </Text>
      {groups.slice(0, maxModels).map(({ value, label, requests, cost }) => (
        <div key={value} style={{ display: 'flex', gap: 12, justifyContent: 'space-between' }}>
          <Text size="sm" component="div" style={{ display: 'flex', minWidth: 0 }}>
            <ModelText id={nameValue('model', label, t)} />
          </Text>
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {t('keys.page.calls', { requests: format.count(requests) })} · {format.dollars(cost)}
          </Text>
        </div>
      ))}
    </section>
  );
}
