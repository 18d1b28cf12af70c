import type { Amounts, BudgetLine } from './shared-state.ts';

/**
 * Checks a request against an account's limit. Token amounts are certain, so a request must fit, unless the account is
 * unused. Dollar amounts are estimates, so a request without concurrent ones may use whatever is left.
 *
 * @param spent the amount spent by finished requests
 * @param held the amount reserved by running requests
 * @returns which amount exceeds the limit; undefined when the request is allowed
 */
export function refusalOf(
  { unit, limit }: BudgetLine,
  amounts: Amounts,
  spent: number,
  held: number,
): 'spent' | 'held' | undefined {
  const amount = amounts[unit];
  if (unit === 'nanodollars') {
    if (spent >= limit) return 'spent';
    return held > 0 && spent + held + amount > limit ? 'held' : undefined;
  }
  const fits = (taken: number) => taken === 0 || (taken < limit && taken + amount <= limit);
  if (!fits(spent)) return 'spent';
  return fits(spent + held) ? undefined : 'held';
}
