import '@mantine/charts/styles.layer.css';
import { AreaChart, BarChart, ChartTooltip, LineChart } from '@mantine/charts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../use-format.ts';
import { type ChartKind, isIsolated, readRows, type UsagePoint, type UsageStack } from './chart-data.ts';
import { useChartSeries } from './chart-series.ts';
import { chooseTimeTicks, describeBucket, localZone } from './time-ticks.ts';
import { useZoom, type ZoomSpan } from './use-zoom.ts';
import { valueAxis } from './value-axis.ts';

interface UsageChartProps {
  readonly kind: ChartKind;
  readonly points: readonly UsagePoint[];
  readonly stacks?: readonly UsageStack[];
  readonly interval: 'minute' | 'hour' | 'day';
  /** Time zone of daily buckets; shorter buckets use the browser's zone. */
  readonly zone: string;
  /** Called with the selected range after a drag. If absent, dragging is disabled. */
  readonly onZoom?: (span: ZoomSpan) => void;
}

/** Above this number, bars would be too thin and too many; a step chart shows the same. */
const maxBars = 40;

const noStacks: readonly UsageStack[] = [];

/** A chart of usage over time; loaded only by pages that show one. */
export function UsageChart({ kind, points, stacks = noStacks, interval, zone, onZoom }: UsageChartProps) {
  const { t } = useTranslation();
  const series = [...useChartSeries(kind, stacks)];
  const rows = useMemo(() => readRows(kind, points, stacks), [kind, points, stacks]);
  const { marked, handlers } = useZoom(points, onZoom);
  const { xAxisProps, describe } = useTimeAxis({ points, interval, zone });
  const valueFormatter = useValueFormatter(kind);
  const format = useFormat();
  const tickFormatter = valueFormatter === format.compact ? format.tick : valueFormatter;
  const isStacked = stacks.length > 0 && (kind === 'cost' || kind === 'tokens');
  const data = [...rows];
  const referenceAreas = marked === undefined ? [] : [{ x1: marked.from, x2: marked.to, color: 'accent.3' }];
  const shared = {
    h: 220,
    data,
    dataKey: 'start',
    series,
    valueFormatter,
    tickLine: 'none',
    gridAxis: 'x',
    strokeDasharray: '0',
    role: 'img',
    'aria-label': t(`overview.chart.${kind}`),
    referenceAreas,
    xAxisProps,
    yAxisProps: {
      width: 60,
      // Zero has no unit: it would be that of the smallest values.
      tickFormatter: (value: number) => (value === 0 ? '0' : tickFormatter(value)),
      ...valueAxis(kind, rows),
    },
    tooltipProps: {
      content: ({ label, payload }: TooltipContent) => (
        <ChartTooltip
          label={describe(label)}
          payload={isStacked ? payload?.filter(({ value }) => value !== 0) : payload}
          styles={{ tooltipLabel: { fontSize: 13, fontWeight: 600 }, tooltipItem: { fontSize: 13 } }}
          series={series}
          valueFormatter={valueFormatter}
        />
      ),
    },
    style: { userSelect: 'none', cursor: onZoom ? 'crosshair' : 'default' },
  } as const;
  // Half a label's height above, or the top one would be moved below its line.
  const chart = { ...handlers, accessibilityLayer: false, margin: { top: 10, right: 5, bottom: 5, left: 5 } };
  const drawing = { isAnimationActive: false };
  const line = { curveType: 'linear', connectNulls: false } as const;
  const dot = (props: DotProps) => <IsolatedDot {...props} rows={rows} />;
  if (kind === 'latency')
    return <LineChart {...shared} {...line} lineChartProps={chart} lineProps={{ ...drawing, dot }} />;
  if (kind === 'errorRate')
    return <AreaChart {...shared} {...line} fillOpacity={0.2} areaChartProps={chart} areaProps={{ ...drawing, dot }} />;
  if (points.length <= maxBars) return <BarChart {...shared} barChartProps={chart} type="stacked" barProps={drawing} />;
  return (
    <AreaChart
      {...shared}
      areaChartProps={chart}
      type="stacked"
      curveType="step"
      withDots={false}
      fillOpacity={0.75}
      strokeWidth={0}
      areaProps={drawing}
    />
  );
}

function useValueFormatter(kind: ChartKind): (value: number) => string {
  const format = useFormat();
  return {
    requests: format.compact,
    tokens: format.compact,
    cache: format.compact,
    errorRate: format.percent,
    cost: format.dollars,
    latency: format.duration,
  }[kind];
}

/** The ticks of the time axis, and the name of the bucket that starts at a time. */
function useTimeAxis({ points, interval, zone }: Pick<UsageChartProps, 'points' | 'interval' | 'zone'>) {
  const { t, i18n } = useTranslation();
  const scale = { interval, zone: interval === 'day' ? zone : localZone(), language: i18n.language };
  const ticks = chooseTimeTicks(
    points.map(({ start }) => start),
    scale,
  );
  const labels = new Map(ticks.map(({ at, label }) => [at, label]));
  return {
    xAxisProps: {
      ticks: ticks.map(({ at }) => at),
      tickFormatter: (at: number) => labels.get(at) ?? '',
      interval: 'preserveStartEnd',
      minTickGap: 12,
    },
    describe(start: unknown) {
      const bucket = points.find((point) => point.start === Number(start));
      if (bucket === undefined) return '';
      const words = describeBucket(bucket.start, bucket.end, scale);
      return bucket.end > Date.now() ? `${words} · ${t('overview.soFar')}` : words;
    },
  } as const;
}

interface TooltipContent {
  readonly label?: unknown;
  readonly payload?: readonly { readonly value?: unknown }[];
}

interface DotProps {
  readonly cx?: number | undefined;
  readonly cy?: number | undefined;
  readonly index?: number | undefined;
  readonly dataKey?: unknown;
  readonly stroke?: string | undefined;
}

/** A dot for a point between two gaps, where no line is drawn. */
function IsolatedDot({ cx, cy, index = 0, dataKey, stroke, rows }: DotProps & { rows: ReturnType<typeof readRows> }) {
  if (cx === undefined || cy === undefined || !isIsolated(rows, index, String(dataKey))) return <g />;
  return <circle cx={cx} cy={cy} r={2.5} fill={stroke ?? 'currentColor'} />;
}
