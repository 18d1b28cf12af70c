import { createHash } from 'node:crypto';
import type { Behaviour } from '../behaviour.ts';
import type { Balance } from '../refusal/errors.ts';

/** What the simulator remembers of one credential. Times are milliseconds since 1970. */
export type Account = {
  readonly email: string;
  /** Start time of `exhausted-for` and `fail-for`: when it was first seen, or its knobs were last set. */
  faultsSince: number;
  requests: number;
  inFlight: number;
  peakInFlight: number;
  windowStartedAt: number;
  windowCredits: number;
  totalCredits: number;
  random: () => number;
};

/** Why a request exceeds the account's limits. `retryAfter` is in whole seconds. */
export type Exceeded = { readonly kind: 'concurrency' | 'quota' | 'month'; readonly retryAfter: number };

const defaultDailyCredits = 200;
const defaultMonthlyCredits = 2_000;
const monthResetSeconds = 29 * 86_400 + 31 * 60;

/** The accounts behind the credentials, made when they are first seen. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The account of an email. */
  findAccount(email: string): Account {
    const known = this.#accounts.get(email);
    if (known !== undefined) return known;
    const now = this.#now();
    const account: Account = {
      email,
      faultsSince: now,
      requests: 0,
      inFlight: 0,
      peakInFlight: 0,
      windowStartedAt: now,
      windowCredits: 0,
      totalCredits: 0,
      random: seededRandom(email),
    };
    this.#accounts.set(email, account);
    return account;
  }

  /** Resets the account, except for requests in flight. */
  restart(email: string): void {
    const account = this.#accounts.get(email);
    if (account === undefined) return;
    const now = this.#now();
    Object.assign(account, { faultsSince: now, requests: 0, windowStartedAt: now, windowCredits: 0, totalCredits: 0 });
  }

  /** Restarts the peak of requests in flight at the current number. */
  forgetPeaks(): void {
    for (const account of this.#accounts.values()) account.peakInFlight = account.inFlight;
  }

  list(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  clear(): void {
    this.#accounts.clear();
  }

  /** Counts a request as in flight; the returned function ends it (once). */
  enter(account: Account): () => void {
    account.requests += 1;
    account.inFlight += 1;
    account.peakInFlight = Math.max(account.peakInFlight, account.inFlight);
    let isInside = true;
    return () => {
      if (isInside) account.inFlight -= 1;
      isInside = false;
    };
  }

  /** The limit that the request exceeds; null if none. */
  check(account: Account, behaviour: Behaviour): Exceeded | null {
    const now = this.#now();
    const left = account.faultsSince + behaviour['exhausted-for'] * 1000 - now;
    if (left > 0) return { kind: 'quota', retryAfter: Math.ceil(left / 1000) };
    if (behaviour.concurrency > 0 && account.inFlight > behaviour.concurrency)
      return { kind: 'concurrency', retryAfter: 0 };
    this.#turnWindow(account, behaviour);
    const cost = behaviour['credit-cost'];
    if (behaviour.quota > 0 && account.windowCredits + cost > behaviour.quota) {
      return {
        kind: 'quota',
        retryAfter: Math.ceil((account.windowStartedAt + behaviour['quota-window'] * 1000 - now) / 1000),
      };
    }
    const month = behaviour['monthly-credits'];
    return month > 0 && account.totalCredits + cost > month ? { kind: 'month', retryAfter: monthResetSeconds } : null;
  }

  /** Whole seconds until the account has credits again. */
  secondsToReset(account: Account, behaviour: Behaviour): number {
    const exceeded = this.check({ ...account, inFlight: 0 }, behaviour);
    return exceeded?.retryAfter ?? 0;
  }

  /** Charges the cost of one answer. */
  charge(account: Account, behaviour: Behaviour): void {
    account.windowCredits += behaviour['credit-cost'];
    account.totalCredits += behaviour['credit-cost'];
  }

  /** The credits of the account, by day (one quota window) and month. */
  balance(account: Account, behaviour: Behaviour): Balance {
    this.#turnWindow(account, behaviour);
    const isExhausted = account.faultsSince + behaviour['exhausted-for'] * 1000 > this.#now();
    const dailyTotal = behaviour.quota || defaultDailyCredits;
    const dailyUsed = isExhausted ? dailyTotal : usedCredits(account.windowCredits, dailyTotal, behaviour.quota > 0);
    const monthlyTotal = behaviour['monthly-credits'] || defaultMonthlyCredits;
    const monthlyUsed = usedCredits(account.totalCredits, monthlyTotal, behaviour['monthly-credits'] > 0);
    return {
      monthlyTotal,
      monthlyUsed,
      monthlyRemaining: monthlyTotal - monthlyUsed,
      dailyTotal,
      dailyUsed,
      dailyRemaining: dailyTotal - dailyUsed,
    };
  }

  #turnWindow(account: Account, behaviour: Behaviour): void {
    const length = behaviour['quota-window'] * 1000;
    const elapsed = this.#now() - account.windowStartedAt;
    if (length === 0 || elapsed < length) return;
    account.windowStartedAt += Math.floor(elapsed / length) * length;
    account.windowCredits = 0;
  }
}

/** An account without a limit never runs out: its usage restarts at zero. */
function usedCredits(used: number, total: number, isLimited: boolean): number {
  return isLimited ? Math.min(used, total) : used % total;
}

/** Seeded pseudo-random numbers from 0 to 1 (mulberry32). */
function seededRandom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
