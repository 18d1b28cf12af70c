import type { BudgetAnswer, Budgets as SharedBudgets } from '../shared-state/shared-state.ts';
import { AccountOpener, type AccountOpenerOptions } from './account-opener.ts';
import { accountsAt, amountsOfRequest, linesOf, nanodollarsPerDollar, type Spending } from './budget-accounts.ts';
import type { ApiKey, KeyLimits } from './key.ts';
import { LimitFailure } from './limit-failure.ts';

/** The part of a budget that is reserved for a running request. */
export interface Reservation {
  /** Records the actual usage. */
  settle(spending: Spending): void;
  /** Releases the reserved amount. Settled usage stays. */
  release(): void;
}

/**
 * Budgets per calendar day and month (UTC). All replicas share the accounts, which start with the usage from the
 * ledger.
 */
export interface Budgets {
  /**
   * Reserves an estimate, so that concurrent requests cannot all spend the same remainder.
   * @param estimate the tokens that are certain to be used, and the expected dollars
   * @throws LimitFailure `quota-exhausted` with the seconds until the period ends, or until reservations may be
   * released
   */
  reserve(key: ApiKey, estimate: Spending): Promise<Reservation>;
  /** For a key without a budget. Its usage is then only in the ledger. */
  forget(keyId: string): void;
}

export interface BudgetOptions extends AccountOpenerOptions {
  readonly shared: SharedBudgets;
}

export function hasBudget(limits: KeyLimits): boolean {
  return (
    limits.tokensPerDay !== null ||
    limits.tokensPerMonth !== null ||
    limits.dollarsPerDay !== null ||
    limits.dollarsPerMonth !== null
  );
}

/** Running requests may release their reservations at any moment. */
const reservationRetrySeconds = 1;

export function createBudgets(options: BudgetOptions): Budgets {
  const { shared, clock } = options;
  const opener = new AccountOpener(options);
  /** The accounts that this replica used last, by key with a budget. Those of earlier periods expire. */
  const used = new Map<string, readonly string[]>();

  async function ask(key: ApiKey, estimate: Spending): Promise<BudgetAnswer> {
    const amounts = amountsOfRequest(estimate);
    const reserve = () => shared.reserve(key.id, amounts, linesOf(key.limits, clock()));
    const answer = await reserve();
    if (answer.kind !== 'unknown') return answer;
    await opener.openFirst(key.id);
    return reserve();
  }

  return {
    async reserve(key, estimate) {
      opener.openAgainIfDue(key.id);
      const answer = await ask(key, estimate);
      // Another replica has just dropped the accounts. Let the request pass rather than wait until both agree.
      if (answer.kind === 'unknown') return unbooked;
      if (answer.kind === 'refused') throw refusal(answer, key, clock());
      const accounts = accountsAt(clock()).map(({ account }) => account);
      used.set(key.id, accounts);
      const { reservation } = answer;
      return {
        settle(spending) {
          const spent = amountsOfRequest(spending);
          reservation.settle(accountsAt(clock()).map(({ account, unit }) => ({ account, amount: spent[unit] })));
        },
        release: () => reservation.release(),
      };
    },
    forget(keyId) {
      const names = used.get(keyId);
      if (names === undefined) return;
      used.delete(keyId);
      opener.forget(keyId);
      shared.forget(keyId, names);
    },
  };
}

const unbooked: Reservation = { settle: () => undefined, release: () => undefined };

function refusal(
  { line, by }: Extract<BudgetAnswer, { kind: 'refused' }>,
  { masked }: ApiKey,
  now: number,
): LimitFailure {
  const account = accountsAt(now).find(({ account }) => account === line.account);
  const { period, end, unit } = account ?? { period: 'day', end: now, unit: line.unit };
  const budget = unit === 'tokens' ? `${line.limit} tokens` : `${line.limit / nanodollarsPerDollar} US dollars`;
  const message = `The API key ${masked} has too little left of its budget of ${budget} per ${period} for this request.`;
  const retryAfterSeconds = by === 'spent' ? Math.ceil((end - now) / 1000) : reservationRetrySeconds;
  return new LimitFailure('quota-exhausted', message, { reason: 'budget-exhausted', retryAfterSeconds });
}
