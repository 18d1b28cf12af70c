import type { BudgetSource } from './account-opener.ts';
import type { Spending } from './budget-accounts.ts';
import { boundsOf, type PeriodName } from './budget-period.ts';

/** A key's usage in the current period. */
export interface PeriodSpending extends Spending {
  /** Start and end of the period; milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
}

/** A key's usage of its budgets according to the ledger. Running requests are not included. */
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
