import '@mantine/charts/styles.css';
import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import type { UsageTotals } from '../../contract/usage.ts';
import { useFormat } from './use-format.ts';

export type UsagePoint = UsageTotals & { readonly start: number };

interface UsageChartProps {
  readonly kind: 'requests' | 'tokens' | 'latency' | 'errorRate';
  readonly series: readonly UsagePoint[];
  /** Milliseconds shown; decides whether ticks are times or dates. */
  readonly span: number;
}

/** One chart of the usage over time; loaded only by the pages that draw one. */
export default function UsageChart({ kind, series, span }: UsageChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const data = series.map((point) => ({ ...readPoint(kind, point), time: format.tick(point.start, span) }));
  // A line through one or two points would not show.
  const withDots = series.filter((point) => point.requests > 0).length < 6;
  const shared = {
    h: 220,
    data,
    dataKey: 'time',
    withLegend: kind !== 'errorRate',
    accessibilityLayer: false,
    tickLine: 'none',
    gridAxis: 'x',
    strokeDasharray: '0',
    legendProps: { verticalAlign: 'top', height: 36 },
    xAxisProps: { minTickGap: 40 },
    yAxisProps: { width: 56 },
    role: 'img',
    'aria-label': t(`overview.chart.${kind}`),
  } as const;
  switch (kind) {
    case 'requests':
      return (
        <BarChart
          {...shared}
          type="stacked"
          valueFormatter={format.compact}
          barProps={{ isAnimationActive: false }}
          series={[
            { name: 'good', label: t('overview.line.good'), color: 'accent.5' },
            { name: 'failed', label: t('overview.line.failed'), color: 'red.6' },
          ]}
        />
      );
    case 'tokens':
      return (
        <AreaChart
          {...shared}
          type="stacked"
          curveType="monotone"
          withDots={false}
          fillOpacity={0.25}
          valueFormatter={format.compact}
          areaProps={{ isAnimationActive: false }}
          series={[
            { name: 'input', label: t('overview.line.input'), color: 'accent.5' },
            { name: 'output', label: t('overview.line.output'), color: 'teal.6' },
          ]}
        />
      );
    case 'latency':
      return (
        <LineChart
          {...shared}
          curveType="monotone"
          withDots={withDots}
          connectNulls
          valueFormatter={format.duration}
          lineProps={{ isAnimationActive: false }}
          series={[
            { name: 'latencyP95', label: t('overview.line.latencyP95'), color: 'accent.5' },
            { name: 'latencyMean', label: t('overview.line.latencyMean'), color: 'accent.3' },
            { name: 'firstTokenP95', label: t('overview.line.firstTokenP95'), color: 'orange.6' },
          ]}
        />
      );
    case 'errorRate':
      return (
        <AreaChart
          {...shared}
          curveType="monotone"
          withDots={withDots}
          connectNulls
          fillOpacity={0.2}
          valueFormatter={format.percent}
          yAxisProps={{ width: 56, domain: ([, highest]) => [0, widenShare(highest)] }}
          areaProps={{ isAnimationActive: false }}
          series={[{ name: 'errorRate', label: t('overview.line.errorRate'), color: 'red.6' }]}
        />
      );
  }
}

/** No errors, or few, shall not fill the chart. */
function widenShare(highest: number): number {
  return Math.min(1, Math.max(0.05, highest));
}

function readPoint(kind: UsageChartProps['kind'], point: UsagePoint): Record<string, number | null> {
  switch (kind) {
    case 'requests':
      return { good: point.requests - point.failures, failed: point.failures };
    case 'tokens':
      return { input: point.inputTokens, output: point.outputTokens };
    case 'latency':
      return {
        latencyP95: point.latencyP95,
        latencyMean: point.latencyMean,
        firstTokenP95: point.firstTokenP95,
      };
    case 'errorRate':
      return { errorRate: point.requests === 0 ? null : point.failures / point.requests };
  }
}
