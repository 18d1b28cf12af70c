import { type Clock, systemClock } from '../lib/clock.ts';
import { grainLength, minutesKept } from './roll-up.ts';
import type { UsagePart, UsageStore } from './usage-store.ts';

/** How many days each kind of data is kept. */
export interface RetentionDays {
  readonly requestsDays: number;
  readonly hoursDays: number;
  readonly daysDays: number;
  readonly contentDays: number;
}

/** How many days hourly sums are kept. */
export function daysOfHours({ hoursDays, requestsDays }: RetentionDays): number {
  return Math.max(hoursDays, requestsDays);
}

/** Days. Monthly budgets are read from these sums. */
const daysOfLongestMonth = 31;

/**
 * Deletes expired data and frees its space, in small steps so that other work is not blocked. Roll-ups are kept at
 * least as long as the records that they count, because the request list uses them as an index.
 *
 * @param signal stops between two steps; the next run deletes the rest
 */
export async function deleteOldUsage(
  store: Pick<UsageStore, 'deleteSome' | 'maintainSome'>,
  days: RetentionDays,
  options: { readonly clock?: Clock; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { clock = systemClock, signal } = options;
  const now = clock();
  const before = (count: number) => now - count * grainLength.day;
  const parts: readonly (readonly [UsagePart, number])[] = [
    ['contents', before(Math.min(days.contentDays, days.requestsDays))],
    ['requests', before(days.requestsDays)],
    ['minute', now - minutesKept - grainLength.hour],
    ['hour', before(daysOfHours(days) + 1)],
    ['day', before(Math.max(days.daysDays, days.requestsDays, daysOfLongestMonth) + 1)],
  ];
  for (const [part, time] of parts) {
    let from: number | undefined = 0;
    // Each step starts where the last one ended: the engine may still have to skip what is deleted.
    while (!signal?.aborted && from !== undefined) from = await store.deleteSome(part, from, time);
  }
  while (!signal?.aborted && (await store.maintainSome()));
}
