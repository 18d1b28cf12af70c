import { type Failure, toFailure } from '../conversation/failure.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountProbe, CreditsReport } from './account-probe.ts';
import { balanceOf } from './core/credits.ts';
import { addReading, type CreditsReading } from './core/forecast.ts';
import type { Credential } from './credential.ts';
import type { TimerHandle, Timers } from './timers.ts';

const minute = 60_000;
const intervalInUse = 10 * minute;
const intervalIdle = 60 * minute;
/** Each interval varies randomly by up to this share, so the accounts are not all checked at once. */
const intervalJitter = 0.2;
const firstCheckWithin = 10_000;
/** Minimum time between two checks of an account. */
const minInterval = 5000;
const checkTimeout = 20_000;
const maxParallelChecks = 4;

/** The latest credits report of one account and its recent readings. */
export interface AccountRecord {
  readonly report: CreditsReport;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
  readonly readings: readonly CreditsReading[];
}

interface Account {
  record: AccountRecord | undefined;
  dueAt: number;
  checkStartedAt: number;
  checking: boolean;
}

export interface AccountMeterOptions {
  readonly probe: AccountProbe;
  /** False: no checks of its own, only on request. */
  readonly background: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timers: Timers;
  /** @returns undefined when the credential is deleted or must not be checked */
  readonly credential: (id: string) => Credential | undefined;
  /** When the credential was last used, in milliseconds since the epoch. */
  readonly usedAt: (id: string) => number | undefined;
  /** Claims the check for this replica for so many milliseconds; false when another replica has claimed it. */
  readonly claimCheck: (id: string, milliseconds: number) => Promise<boolean>;
  readonly onReport: (credential: Credential, report: CreditsReport) => void;
  readonly onFailure: (credential: Credential, failure: Failure) => void;
}

/** Checks the credits of all accounts in the background: at intervals, and soon when a check is requested. */
export class AccountMeter {
  readonly #options: AccountMeterOptions;
  readonly #accounts = new Map<string, Account>();
  readonly #closing = new AbortController();
  #timer: TimerHandle | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #checking = 0;
  /** The clock's last reading. */
  #now = Number.NEGATIVE_INFINITY;

  constructor(options: AccountMeterOptions) {
    this.#options = options;
  }

  /** Sets the accounts to check. */
  track(ids: readonly string[]): void {
    const kept = new Set(ids);
    for (const id of this.#accounts.keys()) if (!kept.has(id)) this.#accounts.delete(id);
    const now = this.#followClock();
    for (const id of ids) {
      if (this.#accounts.has(id)) continue;
      const dueAt = now + this.#options.random() * firstCheckWithin;
      this.#accounts.set(id, { record: undefined, dueAt, checkStartedAt: Number.NEGATIVE_INFINITY, checking: false });
    }
    this.#arm();
  }

  restore(id: string, record: AccountRecord): void {
    const account = this.#accounts.get(id);
    if (account !== undefined) account.record = record;
  }

  /** Takes over another replica's report, and postpones the next check accordingly. */
  adopt(id: string, record: AccountRecord): void {
    const account = this.#accounts.get(id);
    if (account === undefined || (account.record?.checkedAt ?? 0) > record.checkedAt) return;
    account.record = record;
    account.dueAt = this.#nextDue(id, this.#followClock());
    this.#arm();
  }

  record(id: string): AccountRecord | undefined {
    return this.#accounts.get(id)?.record;
  }

  /** Drops the record, because the credential now belongs to another account. */
  forget(id: string): void {
    const account = this.#accounts.get(id);
    if (account === undefined) return;
    account.record = undefined;
    this.checkBy(id, this.#options.clock());
  }

  /** Schedules a check no later than this time, or as soon as the shortest interval allows. */
  checkBy(id: string, at: number): void {
    const account = this.#accounts.get(id);
    if (account === undefined) return;
    this.#followClock();
    account.dueAt = Math.min(account.dueAt, Math.max(at, account.checkStartedAt + minInterval));
    this.#arm();
  }

  /** Records a report, including one that was not requested by this class. */
  recordReport(id: string, report: CreditsReport): void {
    const account = this.#accounts.get(id);
    if (account === undefined) return;
    const now = this.#options.clock();
    const { remaining } = balanceOf(report);
    const readings = account.record?.readings ?? [];
    account.record = {
      report,
      checkedAt: now,
      readings: remaining === undefined ? readings : addReading(readings, { at: now, remaining }),
    };
  }

  /** Stops all checks. The records stay available, because they have yet to be saved. */
  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#closing.abort();
  }

  /** False when an edit during the check has turned the credential into another account. */
  #isStill({ id, email, token }: Credential): boolean {
    const present = this.#options.credential(id);
    return present?.email === email && present.token === token;
  }

  /** When the clock was set back, moves all times back by the same amount, so that no check is postponed. */
  #followClock(): number {
    const now = this.#options.clock();
    const by = this.#now - now;
    this.#now = now;
    if (by <= 0) return now;
    for (const account of this.#accounts.values()) {
      account.dueAt -= by;
      account.checkStartedAt -= by;
    }
    this.#timerAt -= by;
    return now;
  }

  /** When the next regular check is due. */
  #nextDue(id: string, now: number): number {
    const { usedAt, random } = this.#options;
    const inUse = now - (usedAt(id) ?? 0) < intervalInUse;
    return now + (inUse ? intervalInUse : intervalIdle) * (1 - intervalJitter + 2 * intervalJitter * random());
  }

  #arm(): void {
    if (!this.#options.background || this.#closing.signal.aborted) return;
    let dueAt = Number.POSITIVE_INFINITY;
    if (this.#checking < maxParallelChecks) {
      for (const account of this.#accounts.values()) if (!account.checking) dueAt = Math.min(dueAt, account.dueAt);
    }
    if (dueAt === this.#timerAt) return;
    this.#options.timers.clear(this.#timer);
    this.#timerAt = dueAt;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#options.timers.set(() => this.#checkDue(), Math.max(0, dueAt - this.#options.clock()));
  }

  #checkDue(): void {
    // The timer does not depend on the clock.
    this.#now = Math.max(this.#now, this.#timerAt);
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#followClock();
    for (const [id, account] of this.#accounts) {
      if (this.#checking >= maxParallelChecks) break;
      if (!account.checking && now >= account.dueAt) void this.#check(id, account, now);
    }
    this.#arm();
  }

  async #check(id: string, account: Account, now: number): Promise<void> {
    const { probe, timers, claimCheck, onReport, onFailure } = this.#options;
    account.dueAt = this.#nextDue(id, now);
    const credential = this.#options.credential(id);
    if (credential === undefined) return;
    account.checkStartedAt = now;
    account.checking = true;
    this.#checking += 1;
    const timeout = new AbortController();
    const timer = timers.set(() => timeout.abort(new Error('The credits endpoint did not answer.')), checkTimeout);
    try {
      if (!(await claimCheck(id, minInterval))) {
        // The other replica's report will arrive before that.
        account.dueAt = now + minInterval;
        return;
      }
      const report = await probe.checkCredits(credential, AbortSignal.any([timeout.signal, this.#closing.signal]));
      if (this.#closing.signal.aborted || !this.#isStill(credential)) return;
      this.recordReport(id, report);
      onReport(credential, report);
    } catch (thrown) {
      if (!this.#closing.signal.aborted) onFailure(credential, toFailure(thrown));
    } finally {
      timers.clear(timer);
      account.checking = false;
      this.#checking -= 1;
      if (account.dueAt < this.#followClock() + minInterval) account.dueAt = account.checkStartedAt + minInterval;
      this.#arm();
    }
  }
}
