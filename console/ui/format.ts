/** Pure formatters for numbers and times. `language` is a BCP 47 tag; times are milliseconds since the epoch. */

export function formatCount(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** 1234567 → `1.2M`, in every language, as is usual for token counts. */
export function formatCompact(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** A round number on an axis, which may need more than one decimal: 1250 → `1.25K`. */
export function formatTick(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 }).format(value);
}

/** An estimate with two significant digits: 11534811 → `12M`. */
export function formatRough(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 }).format(value);
}

/** A number with at most one decimal. */
export function formatDecimal(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}

/** A size: 512 → `1 KB`, 1234567 → `1.2 MB`. */
export function formatBytes(bytes: number, language: string): string {
  if (bytes < 1_000_000) return `${formatCount(Math.ceil(bytes / 1000), language)} KB`;
  return `${formatDecimal(bytes / 1_000_000, language)} MB`;
}

/** A model's limit in tokens: 1048576 and 1000000 → `1M`, 65536 → `64K`, 200000 → `200K`. */
export function formatTokenLimit(value: number): string {
  // 128000 is also 125 × 1024, but is usually written as 128K.
  const binary = value >= 1024 && value % 1024 === 0 && value % 1000 !== 0;
  const decimal = binary ? (value / 1024) * 1000 : value;
  // 1024 × 1024 also counts as a million.
  const million = binary && value % 1_048_576 === 0 ? (value / 1_048_576) * 1_000_000 : decimal;
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 }).format(million);
}

export function formatPercent(share: number, language: string): string {
  const digits = share !== 0 && Math.abs(share) < 0.1 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

const minShown = 0.0001;

/** Small amounts keep their significant digits ($0.0042), so that they do not round to zero. */
export function formatDollars(value: number, language: string): string {
  return writeDollars(value, language, 2);
}

/** An amount in a column, whose decimal points align: below a dollar, always with four digits. */
export function formatCost(value: number, language: string): string {
  return writeDollars(value, language, 4);
}

function writeDollars(value: number, language: string, fewestDigits: number): string {
  if (value > 0 && value < minShown / 2) return `<$${minShown}`;
  const digits = value !== 0 && Math.abs(value) < 1 ? 4 : 2;
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: Math.min(fewestDigits, digits),
    maximumFractionDigits: digits,
  }).format(value);
}

const unitSteps = [
  { unit: 'day', milliseconds: 86_400_000, en: 'd', zh: '天' },
  { unit: 'hour', milliseconds: 3_600_000, en: 'h', zh: '小时' },
  { unit: 'minute', milliseconds: 60_000, en: 'm', zh: '分' },
  { unit: 'second', milliseconds: 1000, en: 's', zh: '秒' },
] as const;

function nameUnit(step: (typeof unitSteps)[number], language: string): string {
  return language.startsWith('zh') ? step.zh : step.en;
}

/** A duration with three significant digits: 84 ms, 1.24 s, 12.3 s, 2 m 5 s. */
export function formatDuration(milliseconds: number, language: string): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) {
    const seconds = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(milliseconds / 1000);
    return `${seconds} s`;
  }
  return formatSpan(milliseconds, language);
}

/** A time span in its two largest units, for countdowns and forecasts: 3 d 4 h, 2 m 5 s; at least one second. */
export function formatSpan(milliseconds: number, language: string): string {
  const rounded = Math.max(1000, Math.ceil(milliseconds / 1000) * 1000);
  const first = unitSteps.findIndex((step) => rounded >= step.milliseconds);
  let rest = rounded;
  const parts: string[] = [];
  for (const step of unitSteps.slice(first, first + 2)) {
    const value = Math.floor(rest / step.milliseconds);
    rest -= value * step.milliseconds;
    if (value > 0) parts.push(`${value} ${nameUnit(step, language)}`);
  }
  return parts.join(' ');
}

/** An estimated time span in its largest unit: 3 d, 5 h. */
export function formatRoughSpan(milliseconds: number, language: string): string {
  const step = unitSteps.find((candidate) => milliseconds >= candidate.milliseconds) ?? unitSteps[3];
  return `${Math.max(1, Math.round(milliseconds / step.milliseconds))} ${nameUnit(step, language)}`;
}

/** The local date, `May 6`; with the year if it is not the current one. */
export function formatDay(at: number, language: string, now = Date.now()): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** Relative time: `3m ago`, `in 2d`; `now` within five seconds. In Chinese with a space, like all our units: `3 分钟前`. */
export function formatRelative(at: number, now: number, language: string): string {
  const difference = at - now;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' });
  if (Math.abs(difference) < 5000) return format.format(0, 'second');
  const step = unitSteps.find((candidate) => Math.abs(difference) >= candidate.milliseconds) ?? unitSteps[3];
  const words = format.format(Math.trunc(difference / step.milliseconds), step.unit);
  return words.replace(/(\d)(?=\p{Script=Han})/u, '$1 ');
}

/** The local time of day, `16:12`; with the date if it is not today. */
export function formatClock(at: number, language: string, now = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  if (!sameDay) return formatMoment(at, language);
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** For a row in a log: relative time within the last hour, otherwise the clock's. */
export function formatLogTime(at: number, now: number, language: string): string {
  return Math.abs(now - at) < 3_600_000 ? formatRelative(at, now, language) : formatClock(at, language, now);
}

/** Local date and time in short form: `May 6, 16:12`. */
export function formatMoment(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** Local date and time with seconds. */
export function formatTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}
