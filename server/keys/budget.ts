import type { Clock } from '../lib/clock.ts';
import type { Amounts, BudgetAnswer, BudgetLine, Budgets as SharedBudgets } from '../shared-state/shared-state.ts';
import { boundsOf, type PeriodName, periodNames } from './budget-period.ts';
import type { ApiKey, KeyLimits } from './key.ts';
import { LimitFailure } from './limit-failure.ts';

export interface Spending {
  readonly tokens: number;
  /** US dollars at list price. */
  readonly dollars: number;
}

/** Reads the usage of keys from the ledger. */
export interface BudgetSource {
  /** @param time inclusive; milliseconds since the epoch */
  usedSince(keyId: string, time: number): Promise<Spending>;
}

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

export interface BudgetOptions {
  readonly shared: SharedBudgets;
  readonly source: BudgetSource;
  readonly clock: Clock;
  /** Called if the ledger cannot be read. Until it can, only new usage counts. */
  readonly onError: (error: unknown) => void;
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
/** Delay before the ledger is read again after a failure; milliseconds. */
const retryInterval = 5000;
/** When records that were being written at the first read are certainly in the ledger; milliseconds. */
const rereadDelay = 2000;
/** How long an account is kept after its period ends, for replicas whose clocks are slow. */
const expiryGrace = 3_600_000;
const nanodollarsPerDollar = 1_000_000_000;
/** The most tokens and nanodollars of one request: about a thousand dollars, as in the ledger. */
const maxPerRequest = 2 ** 40;

export function createBudgets({ shared, source, clock, onError }: BudgetOptions): Budgets {
  /** The accounts that this replica used last, by key with a budget. Those of earlier periods expire. */
  const used = new Map<string, readonly string[]>();
  const opening = new Map<string, Promise<void>>();
  /** Keys whose accounts were opened without the ledger. */
  const unreadKeys = new Set<string>();
  /** When to read the ledger again, for keys whose accounts may be incomplete. */
  const rereadTimes = new Map<string, number>();

  async function readLedger(keyId: string, now: number): Promise<Awaited<ReturnType<typeof readAccounts>> | undefined> {
    try {
      const accounts = await readAccounts(source, keyId, now);
      // Records that were queued while the ledger failed are not in it yet.
      if (unreadKeys.delete(keyId)) rereadTimes.set(keyId, now + rereadDelay);
      return accounts;
    } catch (error) {
      if (!unreadKeys.has(keyId)) onError(error);
      unreadKeys.add(keyId);
      rereadTimes.set(keyId, now + retryInterval);
      return undefined;
    }
  }
  const open = async (keyId: string): Promise<void> => {
    const now = clock();
    await shared.open(keyId, (await readLedger(keyId, now)) ?? emptyAccounts(now));
  };
  /** Concurrent calls for a key share one read of the ledger. */
  const openOnce = (keyId: string): Promise<void> => {
    let running = opening.get(keyId);
    if (running === undefined) {
      running = open(keyId).finally(() => opening.delete(keyId));
      opening.set(keyId, running);
    }
    return running;
  };
  const lookAgain = (keyId: string): void => {
    const due = rereadTimes.get(keyId);
    if (due === undefined || clock() < due) return;
    rereadTimes.delete(keyId);
    void openOnce(keyId);
  };

  async function reserve(key: ApiKey, estimate: Spending): Promise<Reservation> {
    lookAgain(key.id);
    const amounts = toAmounts(estimate, maxPerRequest);
    const ask = () => shared.reserve(key.id, amounts, linesOf(key.limits, clock()));
    let answer = await ask();
    if (answer.kind === 'unknown') {
      rereadTimes.set(key.id, clock() + rereadDelay);
      await openOnce(key.id);
      answer = await ask();
    }
    // Another replica has just dropped the accounts. Let the request pass rather than wait until both agree.
    if (answer.kind === 'unknown') return unbooked;
    if (answer.kind === 'refused') throw refusal(answer, key, clock());
    used.set(
      key.id,
      accountsAt(clock()).map(({ account }) => account),
    );
    const { reservation } = answer;
    return {
      settle(spending) {
        const spent = toAmounts(spending, maxPerRequest);
        reservation.settle(accountsAt(clock()).map(({ account, unit }) => ({ account, amount: spent[unit] })));
      },
      release: () => reservation.release(),
    };
  }

  return {
    reserve,
    forget(keyId) {
      const names = used.get(keyId);
      if (names === undefined) return;
      used.delete(keyId);
      unreadKeys.delete(keyId);
      rereadTimes.delete(keyId);
      shared.forget(keyId, names);
    },
  };
}

const unbooked: Reservation = { settle: () => undefined, release: () => undefined };

const toAmounts = ({ tokens, dollars }: Spending, most: number = Number.MAX_SAFE_INTEGER): Amounts => ({
  tokens: Math.min(Math.round(tokens), most),
  nanodollars: Math.min(Math.round(dollars * nanodollarsPerDollar), most),
});

interface Account {
  readonly account: string;
  readonly unit: keyof Amounts;
  readonly period: PeriodName;
  readonly start: number;
  readonly end: number;
}

/** All accounts of a key in the current periods. */
function accountsAt(now: number): Account[] {
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

function limitOf(limits: KeyLimits, { unit, period }: Account): number | null {
  if (unit === 'tokens') return period === 'day' ? limits.tokensPerDay : limits.tokensPerMonth;
  const dollars = period === 'day' ? limits.dollarsPerDay : limits.dollarsPerMonth;
  return dollars === null ? null : Math.round(dollars * nanodollarsPerDollar);
}

function linesOf(limits: KeyLimits, now: number): (BudgetLine & Account)[] {
  return accountsAt(now).flatMap((account) => {
    const limit = limitOf(limits, account);
    return limit === null ? [] : [{ ...account, limit }];
  });
}

async function readAccounts(source: BudgetSource, keyId: string, now: number) {
  const spent = await Promise.all(
    periodNames.map(
      async (period) => [period, toAmounts(await source.usedSince(keyId, boundsOf(period, now).start))] as const,
    ),
  );
  const byPeriod = new Map(spent);
  return accountsAt(now).map(({ account, unit, period, end }) => ({
    account,
    spent: byPeriod.get(period)?.[unit] ?? 0,
    expiresAt: end + expiryGrace,
  }));
}

const emptyAccounts = (now: number) =>
  accountsAt(now).map(({ account, end }) => ({ account, spent: 0, expiresAt: end + expiryGrace }));

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
