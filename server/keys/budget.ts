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

/** What keys have used, from the ledger. */
export interface BudgetSource {
  /** @param time inclusive; milliseconds since the epoch */
  usedSince(keyId: string, time: number): Promise<Spending>;
}

/** A part of a budget that is set aside for a request under way. */
export interface Reservation {
  /** Books what was really used. */
  settle(spending: Spending): void;
  /** Gives the reserved part back; what was settled stays. */
  release(): void;
}

/** Budgets per calendar day and month (UTC): accounts that all replicas book on, opened with what the ledger knows. */
export interface Budgets {
  /**
   * Sets an estimate aside, so that parallel requests cannot all spend the same rest.
   * @param estimate the tokens that are sure to be used, and the dollars that are to be expected
   * @throws LimitFailure `quota-exhausted` with the seconds until the day or the month is over, or until others may be
   */
  reserve(key: ApiKey, estimate: Spending): Promise<Reservation>;
  /** For a key that has no budget now: what it uses meanwhile is in the ledger only. */
  forget(keyId: string): void;
}

export interface BudgetOptions {
  readonly shared: SharedBudgets;
  readonly source: BudgetSource;
  readonly clock: Clock;
  /** Told when the ledger cannot say what was used: then only what is used from now on counts, until it can. */
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

/** Seconds: what requests under way have set aside may come back any moment. */
const whileOthersRun = 1;
/** How soon the ledger is asked again after it could not answer; milliseconds. */
const retryInterval = 5000;
/** When what was being written at the first look is in the ledger for sure; milliseconds. */
const secondLook = 2000;
/** How long an account is kept after its period, for replicas whose clocks are behind. */
const grace = 3_600_000;
const nanodollarsPerDollar = 1_000_000_000;

export function createBudgets({ shared, source, clock, onError }: BudgetOptions): Budgets {
  /** The accounts that this replica has booked on, of each key that has a budget. */
  const used = new Map<string, Set<string>>();
  const opening = new Map<string, Promise<void>>();
  /** Keys whose accounts were opened without the ledger. */
  const unread = new Set<string>();
  /** When to look at the ledger again, of keys whose accounts may miss something. */
  const nextLooks = new Map<string, number>();

  async function readLedger(keyId: string, now: number): Promise<Awaited<ReturnType<typeof readAccounts>> | undefined> {
    try {
      const accounts = await readAccounts(source, keyId, now);
      // Records that waited while the ledger was away are not in it yet.
      if (unread.delete(keyId)) nextLooks.set(keyId, now + secondLook);
      return accounts;
    } catch (error) {
      if (!unread.has(keyId)) onError(error);
      unread.add(keyId);
      nextLooks.set(keyId, now + retryInterval);
      return undefined;
    }
  }
  const open = async (keyId: string): Promise<void> => {
    const now = clock();
    await shared.open(keyId, (await readLedger(keyId, now)) ?? emptyAccounts(now));
  };
  /** Those that come at once wait for one look at the ledger. */
  const openOnce = (keyId: string): Promise<void> => {
    let running = opening.get(keyId);
    if (running === undefined) {
      running = open(keyId).finally(() => opening.delete(keyId));
      opening.set(keyId, running);
    }
    return running;
  };
  const lookAgain = (keyId: string): void => {
    const due = nextLooks.get(keyId);
    if (due === undefined || clock() < due) return;
    nextLooks.delete(keyId);
    void openOnce(keyId);
  };

  async function reserve(key: ApiKey, estimate: Spending): Promise<Reservation> {
    lookAgain(key.id);
    const amounts = toAmounts(estimate);
    const ask = () => shared.reserve(key.id, amounts, linesOf(key.limits, clock()));
    let answer = await ask();
    if (answer.kind === 'unknown') {
      nextLooks.set(key.id, clock() + secondLook);
      await openOnce(key.id);
      answer = await ask();
    }
    // Another replica has just forgotten them: the request does not wait for the two to agree.
    if (answer.kind === 'unknown') return unbooked;
    if (answer.kind === 'refused') throw refusal(answer, key, clock());
    remember(key.id);
    const { reservation } = answer;
    return {
      settle(spending) {
        const spent = toAmounts(spending);
        reservation.settle(accountsAt(clock()).map(({ account, unit }) => ({ account, amount: spent[unit] })));
      },
      release: () => reservation.release(),
    };
  }

  function remember(keyId: string): void {
    const names = used.get(keyId) ?? new Set();
    for (const { account } of accountsAt(clock())) names.add(account);
    used.set(keyId, names);
  }

  return {
    reserve,
    forget(keyId) {
      const names = used.get(keyId);
      if (names === undefined) return;
      used.delete(keyId);
      unread.delete(keyId);
      nextLooks.delete(keyId);
      shared.forget(keyId, [...names]);
    },
  };
}

const unbooked: Reservation = { settle: () => undefined, release: () => undefined };

const toAmounts = ({ tokens, dollars }: Spending): Amounts => ({
  tokens: Math.round(tokens),
  nanodollars: Math.round(dollars * nanodollarsPerDollar),
});

interface Account {
  readonly account: string;
  readonly unit: keyof Amounts;
  readonly period: PeriodName;
  readonly start: number;
  readonly end: number;
}

/** All accounts of a key, in the periods that run at a time. */
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
    expiresAt: end + grace,
  }));
}

const emptyAccounts = (now: number) =>
  accountsAt(now).map(({ account, end }) => ({ account, spent: 0, expiresAt: end + grace }));

function refusal(
  { line, by }: Extract<BudgetAnswer, { kind: 'refused' }>,
  { masked }: ApiKey,
  now: number,
): LimitFailure {
  const account = accountsAt(now).find(({ account }) => account === line.account);
  const { period, end, unit } = account ?? { period: 'day', end: now, unit: line.unit };
  const budget = unit === 'tokens' ? `${line.limit} tokens` : `${line.limit / nanodollarsPerDollar} US dollars`;
  const message = `What is left of the API key ${masked}'s budget of ${budget} a ${period} is too little for this request.`;
  const retryAfterSeconds = by === 'spent' ? Math.ceil((end - now) / 1000) : whileOthersRun;
  return new LimitFailure('quota-exhausted', message, { reason: 'budget-exhausted', retryAfterSeconds });
}
