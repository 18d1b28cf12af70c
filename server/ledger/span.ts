import { floorTo, type Grain, grainLength, grains, minutesKept } from './roll-up.ts';

/** A range of whole roll-ups. From inclusive, to exclusive; both are starts of a roll-up. */
export interface Span {
  readonly grain: Grain;
  readonly from: number;
  readonly to: number;
}

/** Maximum number of points in a chart. A longer time range gets a longer interval. */
const maxPoints: Readonly<Record<Grain, number>> = { minute: 6 * 60, hour: 31 * 24, day: 10 * 366 };
const defaultPoints: Readonly<Record<Grain, number>> = { minute: 60, hour: 24, day: 30 };

export function ceilTo(grain: Grain, time: number): number {
  return floorTo(grain, time + grainLength[grain] - 1);
}

/**
 * Chooses the span for a query, rounded to whole intervals. The interval becomes longer than requested if the range is
 * too long, or too old, because short intervals are deleted earlier.
 *
 * @param asked from and to in milliseconds since the epoch; default: the latest hour, day or month
 * @param hoursKept how long hourly sums are kept; milliseconds
 */
export function chooseSpan(
  interval: Grain,
  asked: { readonly from?: number | undefined; readonly to?: number | undefined },
  now: number,
  hoursKept = Number.POSITIVE_INFINITY,
): Span {
  const to = Math.max(0, Math.min(asked.to ?? now, now));
  const from = Math.max(0, Math.min(asked.from ?? to - defaultPoints[interval] * grainLength[interval], to));
  const kept = { minute: minutesKept, hour: hoursKept, day: Number.POSITIVE_INFINITY };
  for (const grain of grains.slice(grains.indexOf(interval))) {
    const span = { grain, from: floorTo(grain, from), to: ceilTo(grain, to) };
    const isTooLong = span.to - span.from > (maxPoints[grain] + 1) * grainLength[grain];
    const isTooOld = span.from < now - kept[grain];
    if (!isTooLong && !isTooOld) return span;
  }
  const end = ceilTo('day', to);
  return { grain: 'day', from: Math.max(0, end - maxPoints.day * grainLength.day), to: end };
}

/** Covers a span with as few roll-ups as possible: long ones in the middle, shorter ones at the ends. */
export function splitSpan(span: Span): Span[] {
  const longer = grains[grains.indexOf(span.grain) + 1];
  if (span.from >= span.to) return [];
  if (longer === undefined) return [span];
  const from = ceilTo(longer, span.from);
  const to = floorTo(longer, span.to);
  if (from >= to) return [span];
  const ends = [
    { ...span, to: from },
    { ...span, from: to },
  ];
  return [...splitSpan({ grain: longer, from, to }), ...ends.filter((end) => end.from < end.to)];
}
