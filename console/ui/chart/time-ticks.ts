/** A tick on a chart's time axis. */
export interface TimeTick {
  /** Start of the bucket at the tick. */
  readonly at: number;
  readonly label: string;
}

export interface TimeScale {
  readonly interval: 'minute' | 'hour' | 'day';
  /** An IANA time zone. */
  readonly zone: string;
  /** A BCP 47 tag. */
  readonly language: string;
}

const minute = 60_000;
const day = 86_400_000;
const maxTicks = 8;
/** Possible distances between ticks within a day, in minutes; each divides a day. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];

/**
 * A few ticks at round times: midnights, labelled with the date, and hours in between if the range is two days or less.
 *
 * @param starts starts of the buckets, oldest first
 */
export function chooseTimeTicks(starts: readonly number[], scale: TimeScale): TimeTick[] {
  const calendar = createCalendar(scale);
  const midnights = starts.filter(
    (start, index) => index > 0 && calendar.date(start) !== calendar.date(starts[index - 1] ?? start),
  );
  const dateTicks = (all: readonly number[]) => thin(all, maxTicks).map((at) => ({ at, label: calendar.date(at) }));
  if (scale.interval === 'day') return dateTicks(starts);
  const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  if (span > 2 * day) return dateTicks(midnights);
  const step = steps.find((candidate) => span / (candidate * minute) <= maxTicks) ?? 720;
  const isMidnight = new Set(midnights);
  let previous = Number.POSITIVE_INFINITY;
  return starts.flatMap((at) => {
    const place = Math.floor(calendar.minuteOfDay(at) / step);
    const isRound = place !== previous;
    const isFirst = previous === Number.POSITIVE_INFINITY;
    previous = place;
    if (isMidnight.has(at)) return [{ at, label: calendar.date(at) }];
    // The first bucket rarely starts at a round time.
    return isRound && (!isFirst || calendar.minuteOfDay(at) % step === 0) ? [{ at, label: calendar.time(at) }] : [];
  });
}

/** Thins out the ticks to at most `most`. */
function thin<Item>(items: readonly Item[], most: number): Item[] {
  const every = Math.max(1, Math.ceil(items.length / most));
  return items.filter((_, index) => index % every === 0);
}

/** Describes a bucket for its tooltip: `Wed, May 6, 16:00 – 17:00 GMT+8`. */
export function describeBucket(start: number, end: number, { interval, zone, language }: TimeScale): string {
  const date = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    weekday: 'short',
    month: 'short',
    day: 'numeric',
  }).format(start);
  const zoneName = nameZone(start, zone, language);
  if (interval === 'day') return `${date} · ${zoneName}`;
  const time = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return `${date}, ${time.format(start)} – ${time.format(end)} · ${zoneName}`;
}

/** The zone's offset at a time: `GMT+8`. */
export function nameZone(at: number, zone: string, language: string): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** The browser's time zone. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function createCalendar({ zone, language }: TimeScale) {
  const dateFormat = new Intl.DateTimeFormat(language, { timeZone: zone, month: 'short', day: 'numeric' });
  const timeFormat = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const plain = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  return {
    date: (at: number) => dateFormat.format(at),
    time: (at: number) => timeFormat.format(at),
    minuteOfDay: (at: number) => {
      const parts = new Map(plain.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
      return (parts.get('hour') ?? 0) * 60 + (parts.get('minute') ?? 0);
    },
  };
}
