import type { BudgetSource, Spending } from './budget.ts';
import { boundsOf, type PeriodName } from './budget-period.ts';

/** What a key used in a period that runs. */
export interface PeriodSpending extends Spending {
  /** When the period began and when it is over; milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
}

/** What a key has used of its budgets, by the ledger: what runs now is not in it. */
export async function readSpending(
  source: BudgetSource,
  keyId: string,
  now: number,
): Promise<Record<PeriodName, PeriodSpending>> {
  const read = async (period: PeriodName) => {
    const bounds = boundsOf(period, now);
    return { ...(await source.usedSince(keyId, bounds.start)), ...bounds };
  };
  const [day, month] = await Promise.all([read('day'), read('month')]);
  return { day, month };
}
