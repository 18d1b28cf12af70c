import { type Clock, systemClock } from '../lib/clock.ts';
import { grainLength, minutesKept } from './roll-up.ts';
import type { UsagePart, UsageStore } from './usage-store.ts';

/** How many days each part is kept. */
export interface RetentionDays {
  readonly requestsDays: number;
  readonly hoursDays: number;
  readonly daysDays: number;
  readonly contentDays: number;
}

/** Days that the sums of an hour are kept. */
export function daysOfHours({ hoursDays, requestsDays }: RetentionDays): number {
  return Math.max(hoursDays, requestsDays);
}

/** Days: the sums that a monthly budget is read from. */
const longestMonth = 31;

/**
 * Deletes what is older than it is to be kept and gives its space back, in small parts between which others have their
 * turn. Roll-ups are kept at least as long as the records they count, because the list of requests is found by them.
 *
 * @param signal ends it between two parts; what is left is for the next time
 */
export async function deleteOldUsage(
  store: Pick<UsageStore, 'deleteSomeBefore' | 'maintainSome'>,
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
    ['day', before(Math.max(days.daysDays, days.requestsDays, longestMonth) + 1)],
  ];
  for (const [part, time] of parts) {
    while (!signal?.aborted && (await store.deleteSomeBefore(part, time)));
  }
  while (!signal?.aborted && (await store.maintainSome()));
}
