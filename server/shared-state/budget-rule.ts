import type { Amounts, BudgetLine } from './shared-state.ts';

/**
 * Whether an account bears a request. Tokens are sure to be used: a request must fit, but for one that has the account to
 * itself. What dollars it will cost is a guess: the rest of an account is anybody's who is alone.
 *
 * @param spent by those that are over
 * @param held set aside for those that run
 * @returns what is too much; undefined when it is borne
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
  const bears = (taken: number) => taken === 0 || (taken < limit && taken + amount <= limit);
  if (!bears(spent)) return 'spent';
  return bears(spent + held) ? undefined : 'held';
}
