import type { Amounts, BudgetLine } from '../shared-state/shared-state.ts';
import { boundsOf, type PeriodName, periodNames } from './budget-period.ts';
import type { KeyLimits } from './key.ts';

export interface Spending {
  readonly tokens: number;
  /** US dollars at list price. */
  readonly dollars: number;
}

/** A key's account for one unit and one calendar period. */
export interface Account {
  readonly account: string;
  readonly unit: keyof Amounts;
  readonly period: PeriodName;
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export const nanodollarsPerDollar = 1_000_000_000;
/** The most tokens and nanodollars of one request: about a thousand dollars, as in the ledger. */
const maxPerRequest = 2 ** 40;

/** What a request spends. */
export function amountsOfRequest(spending: Spending): Amounts {
  return toAmounts(spending, maxPerRequest);
}

export function toAmounts({ tokens, dollars }: Spending, most: number = Number.MAX_SAFE_INTEGER): Amounts {
  return {
    tokens: Math.min(Math.round(tokens), most),
    nanodollars: Math.min(Math.round(dollars * nanodollarsPerDollar), most),
  };
}

/** All accounts of a key in the current periods. */
export function accountsAt(now: number): Account[] {
  return periodNames.flatMap((period) => {
    const bounds = boundsOf(period, now);
    return (['nanodollars', 'tokens'] as const).map((unit) => ({
      account: `${period}.${bounds.start}.${unit}`,
      unit,
      period,
      ...bounds,
    }));
  });
}

/** The accounts that have a limit. */
export function linesOf(limits: KeyLimits, now: number): (BudgetLine & Account)[] {
  return accountsAt(now).flatMap((account) => {
    const limit = limitOf(limits, account);
    return limit === null ? [] : [{ ...account, limit }];
  });
}

function limitOf(limits: KeyLimits, { unit, period }: Account): number | null {
  if (unit === 'tokens') return period === 'day' ? limits.tokensPerDay : limits.tokensPerMonth;
  const dollars = period === 'day' ? limits.dollarsPerDay : limits.dollarsPerMonth;
  return dollars === null ? null : Math.round(dollars * nanodollarsPerDollar);
}
