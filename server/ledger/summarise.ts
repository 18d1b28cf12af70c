import { type Dimension, type Grain, grainLength } from './roll-up.ts';
import { chooseSpan, splitSpan } from './span.ts';
import { addSums, emptySums, toTotals, type UsageSums, type UsageTotals } from './sums.ts';
import type { UsageFilter, UsageStore } from './usage-store.ts';

export interface SummaryQuery {
  /** Milliseconds since the epoch, widened to whole intervals; absent, the latest hour, day or month. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly filter?: UsageFilter;
  /** A longer one is taken for a time that is too long for it. */
  readonly interval: Grain;
  readonly by?: Dimension | undefined;
}

export interface UsageSummary {
  /** The one that was taken. */
  readonly interval: Grain;
  readonly totals: UsageTotals;
  /** Without gaps, oldest first. */
  readonly series: readonly (UsageTotals & { readonly start: number })[];
  /** By descending requests, at most 50; none when nothing was asked for. */
  readonly groups: readonly (UsageTotals & { readonly value: string; readonly label: string })[];
}

type RollUpReader = Pick<UsageStore, 'sumByStart' | 'sumByDimension'>;

const mostGroups = 50;

/**
 * Totals, their course over time and their parts, out of roll-ups alone.
 *
 * @param hoursKept how long the sums of an hour are kept; milliseconds
 */
export async function summarise(
  store: RollUpReader,
  query: SummaryQuery,
  now: number,
  hoursKept: number,
): Promise<UsageSummary> {
  const span = chooseSpan(query.interval, query, now, hoursKept);
  const filter = query.filter ?? {};
  const found = await store.sumByStart({ ...span, filter });
  const byStart = new Map(found.map(({ start, sums }) => [start, sums]));
  const series: (UsageTotals & { readonly start: number })[] = [];
  const totals = emptySums();
  for (let start = span.from; start < span.to; start += grainLength[span.grain]) {
    const sums = byStart.get(start) ?? emptySums();
    addSums(totals, sums);
    series.push({ start, ...toTotals(sums) });
  }
  const groups = query.by === undefined ? [] : await groupBy(store, query.by, filter, splitSpan(span));
  return { interval: span.grain, totals: toTotals(totals), series, groups };
}

async function groupBy(
  store: RollUpReader,
  by: Dimension,
  filter: UsageFilter,
  spans: readonly { readonly grain: Grain; readonly from: number; readonly to: number }[],
): Promise<UsageSummary['groups']> {
  const groups = new Map<string, { readonly label: string; readonly sums: UsageSums }>();
  for (const span of spans) {
    for (const { value, label, sums } of await store.sumByDimension({ ...span, filter }, by)) {
      const group = groups.get(value) ?? { label, sums: emptySums() };
      addSums(group.sums, sums);
      groups.set(value, group);
    }
  }
  return [...groups]
    .sort(([left, { sums: a }], [right, { sums: b }]) => b.requests - a.requests || (left < right ? -1 : 1))
    .slice(0, mostGroups)
    .map(([value, { label, sums }]) => ({ value, label, ...toTotals(sums) }));
}

/** Totals of a time that is given in whole intervals, in as few roll-ups as can be. */
export async function sumSpan(
  store: Pick<UsageStore, 'sumByStart'>,
  span: { readonly grain: Grain; readonly from: number; readonly to: number },
  filter: UsageFilter = {},
): Promise<UsageSums> {
  const totals = emptySums();
  for (const part of splitSpan(span)) {
    for (const { sums } of await store.sumByStart({ ...part, filter })) addSums(totals, sums);
  }
  return totals;
}
