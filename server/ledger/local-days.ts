import { ceilTo } from './span.ts';

/** A day of the calendar of some zone, as milliseconds since the epoch: start inclusive, end exclusive. */
export interface LocalDay {
  readonly start: number;
  readonly end: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Whether this is an IANA time zone that can be computed with. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * The days of a zone that hold a time. They begin at whole hours of UTC, because the ledger sums by those: in a zone
 * that is half an hour off them, a day begins half an hour after its midnight.
 *
 * @param from the first day is the one that holds it
 * @param to exclusive: the last day is the one that holds the millisecond before it
 */
export function splitLocalDays(from: number, to: number, zone: string): LocalDay[] {
  const offset = createOffset(zone);
  const days: LocalDay[] = [];
  let start = midnightBefore(from, offset);
  if (ceilTo('hour', start) > from) start = midnightBefore(start - 1, offset);
  while (ceilTo('hour', start) < to) {
    // Noon of the next day, whatever the clocks do in between.
    const next = midnightBefore(start + day + day / 2, offset);
    days.push({ start: ceilTo('hour', start), end: ceilTo('hour', next) });
    start = next;
  }
  return days;
}

/** The latest local midnight that is not after a time. */
function midnightBefore(time: number, offset: (time: number) => number): number {
  const local = time + offset(time);
  const midnight = local - (((local % day) + day) % day);
  const guess = midnight - offset(time);
  // The clocks may have been changed since midnight.
  const exact = midnight - offset(guess);
  return exact <= time ? exact : guess;
}

/** How far a zone's clocks are ahead of UTC at a time; milliseconds. */
function createOffset(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return local - (time - (((time % 1000) + 1000) % 1000));
  };
}
