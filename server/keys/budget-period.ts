export const periodNames = ['day', 'month'] as const;
export type PeriodName = (typeof periodNames)[number];

/** The calendar day or month (UTC) that contains `now`. The end is exclusive. */
export function boundsOf(name: PeriodName, now: number): { readonly start: number; readonly end: number } {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return name === 'day'
    ? { start: Date.UTC(year, month, day), end: Date.UTC(year, month, day + 1) }
    : { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}
