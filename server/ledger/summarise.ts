import { isTimeZone, splitLocalDays } from './local-days.ts';
import { type Dimension, floorTo, type Grain, grainLength, minutesKept } from './roll-up.ts';
import { chooseSpan, type Span, splitSpan } from './span.ts';
import { type Stack, stackSeries } from './stacks.ts';
import { addSums, emptySums, toTotals, type UsageSums, type UsageTotals } from './sums.ts';
import type { UsageFilter, UsageStore } from './usage-store.ts';

export interface SummaryQuery {
  /** Milliseconds since the epoch, rounded to whole intervals. Default: the latest hour, day or month. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly filter?: UsageFilter;
  /** A longer interval is used if the time range is too long. */
  readonly interval: Grain;
  /** The time zone of days. Default, also if unknown: UTC. */
  readonly zone?: string | undefined;
  readonly by?: Dimension | undefined;
  /** Also return the series of the largest values of this dimension. */
  readonly stack?: Dimension | undefined;
  /** Also return the totals of the preceding period of the same length. */
  readonly compare?: boolean | undefined;
}

export interface UsageSummary {
  /** The interval that was used. */
  readonly interval: Grain;
  /** The time zone that was used: `UTC` if only daily sums are left. */
  readonly zone: string;
  readonly totals: UsageTotals;
  /** Without gaps, oldest first. */
  readonly series: readonly (UsageTotals & { readonly start: number; readonly end: number })[];
  /** Sorted by requests, descending, at most 50. Empty if `by` is absent. */
  readonly groups: readonly UsageGroup[];
  /** With the same intervals as `series`. Empty if `stack` is absent. */
  readonly stacks: readonly Stack[];
  /** null if not requested or no longer available. */
  readonly previous: UsageTotals | null;
}

export interface UsageGroup extends UsageTotals {
  readonly value: string;
  readonly label: string;
}

type RollUpReader = Pick<UsageStore, 'sumByStart' | 'sumByDimension' | 'sumSeries'>;

const maxGroups = 50;
/** Longer time ranges in days of a zone would have to read too many hours. */
const maxLocalDays = 400;
const defaultDays = 30;

/** The buckets of a series. Each consists of one or more whole roll-ups. */
interface Buckets extends Span {
  readonly interval: Grain;
  readonly zone: string;
  /** Without gaps, oldest first. The first starts at `from`, the last ends at `to`. */
  readonly list: readonly { readonly start: number; readonly end: number }[];
}

/**
 * Computes totals, series and groups, only from roll-ups.
 *
 * @param hoursKept how long hourly sums are kept; milliseconds
 */
export async function summarise(
  store: RollUpReader,
  query: SummaryQuery,
  now: number,
  hoursKept: number,
): Promise<UsageSummary> {
  const buckets = chooseBuckets(query, now, hoursKept);
  const { grain, from, to, interval, zone, list } = buckets;
  const filter = query.filter ?? {};
  const span = { grain, from, to };
  const sums = list.map(() => emptySums());
  const totals = emptySums();
  const bucketOf = createBucketSearch(list);
  for (const part of await store.sumByStart({ ...span, filter })) {
    const bucket = sums[bucketOf(part.start)];
    if (bucket !== undefined) addSums(bucket, part.sums);
    addSums(totals, part.sums);
  }
  return {
    interval,
    zone,
    totals: toTotals(totals),
    series: list.map((bucket, index) => ({ ...bucket, ...toTotals(sums[index] ?? emptySums()) })),
    groups: query.by === undefined ? [] : await groupBy(store, query.by, filter, splitSpan(span)),
    stacks:
      query.stack === undefined
        ? []
        : stackSeries(await store.sumSeries({ ...span, filter }, query.stack), list.length, bucketOf),
    previous: query.compare ? await sumPrevious(store, buckets, { query, now, hoursKept }) : null,
  };
}

function chooseBuckets(query: SummaryQuery, now: number, hoursKept: number): Buckets {
  const span = chooseSpan(query.interval, query, now, hoursKept);
  const local = span.grain === 'day' ? chooseLocalDays(query, now, hoursKept) : undefined;
  if (local !== undefined) return local;
  const length = grainLength[span.grain];
  const list = Array.from({ length: (span.to - span.from) / length }, (_, index) => {
    const start = span.from + index * length;
    return { start, end: start + length };
  });
  return { ...span, interval: span.grain, zone: 'UTC', list };
}

function chooseLocalDays({ from, to, zone }: SummaryQuery, now: number, hoursKept: number): Buckets | undefined {
  if (zone === undefined || zone === 'UTC' || !isTimeZone(zone)) return undefined;
  const end = Math.max(0, Math.min(to ?? now, now));
  const start = Math.max(0, Math.min(from ?? end - defaultDays * grainLength.day, end));
  if (end - start > maxLocalDays * grainLength.day) return undefined;
  const list = splitLocalDays(start, end, zone);
  const [first, last] = [list[0], list.at(-1)];
  if (first === undefined || last === undefined || first.start < now - hoursKept) return undefined;
  return { grain: 'hour', from: first.start, to: last.end, interval: 'day', zone, list };
}

/** Finds the bucket of a time; -1 if it is in none. */
function createBucketSearch(list: Buckets['list']): (time: number) => number {
  return (time) => {
    let [low, high] = [0, list.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const bucket = list[middle];
      if (bucket === undefined) return -1;
      if (time < bucket.start) high = middle - 1;
      else if (time >= bucket.end) low = middle + 1;
      else return middle;
    }
    return -1;
  };
}

/** The totals of the preceding period, as long as the elapsed part of this one. */
async function sumPrevious(
  store: RollUpReader,
  { grain, from, to }: Buckets,
  { query, now, hoursKept }: { readonly query: SummaryQuery; readonly now: number; readonly hoursKept: number },
): Promise<UsageTotals | null> {
  const passed = Math.min(to, now) - from;
  const start = floorTo(grain, Math.max(0, from - passed));
  const kept = { minute: minutesKept, hour: hoursKept, day: Number.POSITIVE_INFINITY };
  if (start < now - kept[grain]) return null;
  return toTotals(await sumSpan(store, { grain, from: start, to: from }, query.filter ?? {}));
}

async function groupBy(
  store: RollUpReader,
  by: Dimension,
  filter: UsageFilter,
  spans: readonly Span[],
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
    .slice(0, maxGroups)
    .map(([value, { label, sums }]) => ({ value, label, ...toTotals(sums) }));
}

/** Totals of a span of whole intervals, read from as few roll-ups as possible. */
export async function sumSpan(
  store: Pick<UsageStore, 'sumByStart'>,
  span: Span,
  filter: UsageFilter = {},
): Promise<UsageSums> {
  const totals = emptySums();
  for (const part of splitSpan(span)) {
    for (const { sums } of await store.sumByStart({ ...part, filter })) addSums(totals, sums);
  }
  return totals;
}
