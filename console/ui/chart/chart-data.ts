import type { UsageTotals } from '../../../contract/usage.ts';

export type UsagePoint = UsageTotals & { readonly start: number; readonly end: number };

/** What the largest values used over time; see the contract's `stacks`. */
export interface UsageStack {
  readonly value: string | null;
  readonly label: string;
  readonly points: readonly { readonly requests: number; readonly tokens: number; readonly cost: number }[];
}

/** What a chart shows of the usage. */
export type ChartKind = 'requests' | 'errorRate' | 'cost' | 'tokens' | 'cache' | 'latency';

/** One bucket of a chart: its start, and a number for each series; null where there is nothing to tell. */
export type ChartRow = { readonly start: number } & Readonly<Record<string, number | null>>;

/** The rows of a chart. Rates and times of buckets without requests are gaps, sums of them are zero. */
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

/** A stack's name among a row's numbers: ids of models hold dots, which charts take for paths. */
export function nameStack(place: number): string {
  return `stack${place}`;
}

/** Whether a line would not show a point, because it has no neighbours. */
export function isIsolated(rows: readonly ChartRow[], index: number, name: string): boolean {
  const has = (place: number) => (rows[place]?.[name] ?? null) !== null;
  return has(index) && !has(index - 1) && !has(index + 1);
}
