import { SimpleGrid, Skeleton, Text } from '@mantine/core';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { usageRoutes } from '../../../contract/usage.ts';
import type { ChartKind } from '../../ui/chart/chart-data.ts';
import { ChartLegend } from '../../ui/chart/chart-legend.tsx';
import { useChartSeries } from '../../ui/chart/chart-series.ts';
import type { ZoomSpan } from '../../ui/chart/use-zoom.ts';
import { lazyPart } from '../../ui/lazy-part.ts';
import { Panel } from '../../ui/page.tsx';
import type { Focus } from './queries.ts';

const UsageChart = lazyPart(() => import('../../ui/chart/usage-chart.tsx').then((module) => module.UsageChart));

type Usage = z.infer<NonNullable<typeof usageRoutes.summary.response>>;

interface ChartPanelsProps {
  readonly usage: Usage | undefined;
  readonly onZoom: (span: ZoomSpan) => void;
  readonly onFocus: (focus: Focus) => void;
}

const kinds = ['requests', 'errorRate', 'cost', 'tokens', 'latency', 'cache'] as const;

/** Requests, errors, cost, tokens, latency and cached input over time. */
export function ChartPanels({ usage, onZoom, onFocus }: ChartPanelsProps) {
  const { t } = useTranslation();
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {kinds.map((kind) => (
          <ChartPanel key={kind} kind={kind} usage={usage} onZoom={onZoom} onFocus={onFocus} />
        ))}
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {t('overview.zoomHint')}
      </Text>
    </>
  );
}

function ChartPanel({ kind, usage, onZoom, onFocus }: ChartPanelsProps & { kind: ChartKind }) {
  const { t } = useTranslation();
  const stacks = usage?.stacks ?? [];
  const series = useChartSeries(kind, stacks);
  const placeholder = <Skeleton height={220} />;
  return (
    <Panel title={t(`overview.chart.${kind}`)}>
      {usage ? (
        <>
          <ChartLegend
            lines={series}
            onChoose={({ value }) => value !== undefined && onFocus({ by: 'model', value, label: value })}
          />
          <Suspense fallback={placeholder}>
            <UsageChart
              kind={kind}
              points={usage.series}
              stacks={stacks}
              interval={usage.interval}
              zone={usage.zone}
              onZoom={onZoom}
            />
          </Suspense>
        </>
      ) : (
        placeholder
      )}
    </Panel>
  );
}
