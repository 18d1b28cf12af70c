import { ceilTo } from './span.ts';

/** A calendar day in some time zone, in milliseconds since the epoch. Start inclusive, end exclusive. */
export interface LocalDay {
  readonly start: number;
  readonly end: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Whether this is a valid IANA time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * Splits a time range into the days of a time zone. Days start at whole UTC hours, because the ledger has hourly sums.
 * In zones with a half-hour offset, a day therefore starts half an hour after local midnight.
 *
 * @param from the first day contains this time
 * @param to exclusive: the last day contains the millisecond before it
 */
export function splitLocalDays(from: number, to: number, zone: string): LocalDay[] {
  const offset = createOffset(zone);
  const days: LocalDay[] = [];
  let start = midnightBefore(from, offset);
  if (ceilTo('hour', start) > from) start = midnightBefore(start - 1, offset);
  while (ceilTo('hour', start) < to) {
    // Noon of the next day, even if the clocks change in between.
    const next = midnightBefore(start + day + day / 2, offset);
    days.push({ start: ceilTo('hour', start), end: ceilTo('hour', next) });
    start = next;
  }
  return days;
}

/** The latest local midnight at or before a time. */
function midnightBefore(time: number, offset: (time: number) => number): number {
  const local = time + offset(time);
  const midnight = local - (((local % day) + day) % day);
  const guess = midnight - offset(time);
  // The clocks may have changed since midnight.
  const exact = midnight - offset(guess);
  return exact <= time ? exact : guess;
}

/** The UTC offset of a zone at a time; milliseconds. */
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
