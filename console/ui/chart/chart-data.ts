import type { UsageTotals } from '../../../contract/usage.ts';

export type UsagePoint = UsageTotals & { readonly start: number; readonly end: number };

/** Usage of the largest values over time; see `stacks` in the contract. */
export interface UsageStack {
  readonly value: string | null;
  readonly label: string;
  readonly points: readonly { readonly requests: number; readonly tokens: number; readonly cost: number }[];
}

/** The figure that a chart shows. */
export type ChartKind = 'requests' | 'errorRate' | 'cost' | 'tokens' | 'cache' | 'latency';

/** One bucket of a chart: its start, and a number per series; null for a gap. */
export type ChartRow = { readonly start: number } & Readonly<Record<string, number | null>>;

/** The rows of a chart. In buckets without requests, rates and durations are gaps and sums are zero. */
export function readRows(kind: ChartKind, points: readonly UsagePoint[], stacks: readonly UsageStack[]): ChartRow[] {
  return points.map((point, index) => ({ start: point.start, ...readPoint(kind, point, stacks, index) }));
}

function readPoint(
  kind: ChartKind,
  point: UsagePoint,
  stacks: readonly UsageStack[],
  index: number,
): Record<string, number | null> {
  switch (kind) {
    case 'requests':
      return { good: point.requests - point.failures, failed: point.failures };
    case 'errorRate':
      return { errorRate: point.requests === 0 ? null : point.failures / point.requests };
    case 'cache':
      return { cached: point.cacheReadTokens, fresh: Math.max(0, point.inputTokens - point.cacheReadTokens) };
    case 'latency':
      return {
        latencyP95: point.latencyP95,
        latencyMean: point.latencyMean,
        firstTokenP95: point.firstTokenP95,
      };
    default:
      return Object.fromEntries(stacks.map((stack, place) => [nameStack(place), stack.points[index]?.[kind] ?? 0]));
  }
}

/** The key of a stack in a row. Model ids contain dots, which the chart library would read as paths. */
export function nameStack(place: number): string {
  return `stack${place}`;
}

/** Whether a point has no neighbours, so that a line would not show it. */
export function isIsolated(rows: readonly ChartRow[], index: number, name: string): boolean {
  const has = (place: number) => (rows[place]?.[name] ?? null) !== null;
  return has(index) && !has(index - 1) && !has(index + 1);
}
