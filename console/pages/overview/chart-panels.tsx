import { SimpleGrid, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../ui/page.tsx';
import type { UsagePoint } from '../../ui/usage-chart.tsx';

const UsageChart = lazy(() => import('../../ui/usage-chart.tsx'));

/** Requests, tokens, latency and error rate over time. */
export function ChartPanels({ series, span }: { series: readonly UsagePoint[] | undefined; span: number }) {
  const { t } = useTranslation();
  const placeholder = <Skeleton height={220} />;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {(['requests', 'tokens', 'latency', 'errorRate'] as const).map((kind) => (
        <Panel key={kind} title={t(`overview.chart.${kind}`)}>
          {series ? (
            <Suspense fallback={placeholder}>
              <UsageChart kind={kind} series={series} span={span} />
            </Suspense>
          ) : (
            placeholder
          )}
        </Panel>
      ))}
    </SimpleGrid>
  );
}
