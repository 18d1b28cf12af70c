import { type Failure, toFailure } from '../conversation/failure.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountProbe, CreditsReport } from './account-probe.ts';
import { balanceOf } from './core/credits.ts';
import { addReading, type CreditsReading } from './core/forecast.ts';
import type { Credential } from './credential.ts';
import type { TimerHandle, Timers } from './timers.ts';

const MINUTE = 60_000;
const INTERVAL_IN_USE = 10 * MINUTE;
const INTERVAL_IDLE = 60 * MINUTE;
/** Shares by which an interval varies to either side, so that accounts are not all asked at once. */
const JITTER = 0.2;
const FIRST_CHECK_WITHIN = 10_000;
/** Minimum time between two checks of an account. */
const SHORTEST_INTERVAL = 5000;
const CHECK_TIMEOUT = 20_000;
const MAX_PARALLEL = 4;

/** What is known of one account. */
export interface AccountRecord {
  readonly report: CreditsReport;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
  readonly readings: readonly CreditsReading[];
}

interface Account {
  record: AccountRecord | undefined;
  dueAt: number;
  askedAt: number;
  checking: boolean;
}

export interface AccountMeterOptions {
  readonly probe: AccountProbe;
  /** False: never asks by itself. */
  readonly background: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timers: Timers;
  /** @returns undefined when it is gone or not to be asked for */
  readonly credential: (id: string) => Credential | undefined;
  /** When it was used last, in milliseconds since the epoch. */
  readonly usedAt: (id: string) => number | undefined;
  /** Whether no other replica is asking for it or has just asked; the turn is then taken for so many milliseconds. */
  readonly takeTurn: (id: string, milliseconds: number) => Promise<boolean>;
  readonly onReport: (credential: Credential, report: CreditsReport) => void;
  readonly onFailure: (credential: Credential, failure: Failure) => void;
}

/** Asks the credits endpoint in the background: now and then, and soon when somebody needs to know. */
export class AccountMeter {
  readonly #options: AccountMeterOptions;
  readonly #accounts = new Map<string, Account>();
  readonly #closing = new AbortController();
  #timer: TimerHandle | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #checking = 0;

  constructor(options: AccountMeterOptions) {
    this.#options = options;
  }

  /** Keeps an eye on exactly these. */
  track(ids: readonly string[]): void {
    const kept = new Set(ids);
    for (const id of this.#accounts.keys()) if (!kept.has(id)) this.#accounts.delete(id);
    const now = this.#options.clock();
    for (const id of ids) {
      if (this.#accounts.has(id)) continue;
      const dueAt = now + this.#options.random() * FIRST_CHECK_WITHIN;
      this.#accounts.set(id, { record: undefined, dueAt, askedAt: Number.NEGATIVE_INFINITY, checking: false });
    }
    this.#arm();
  }

  restore(id: string, record: AccountRecord): void {
    const account = this.#accounts.get(id);
    if (account !== undefined) account.record = record;
  }

  /** Takes in what another replica was told: it need not be asked for again so soon. */
  adopt(id: string, record: AccountRecord): void {
    const account = this.#accounts.get(id);
    if (account === undefined || (account.record?.checkedAt ?? 0) > record.checkedAt) return;
    account.record = record;
    account.dueAt = this.#nextDue(id, this.#options.clock());
    this.#arm();
  }

  record(id: string): AccountRecord | undefined {
    return this.#accounts.get(id)?.record;
  }

  /** Forgets what is known: it is another account now. */
  forget(id: string): void {
    const account = this.#accounts.get(id);
    if (account === undefined) return;
    account.record = undefined;
    this.askBy(id, this.#options.clock());
  }

  /** Asks at this time at the latest, as far as the shortest interval allows. */
  askBy(id: string, at: number): void {
    const account = this.#accounts.get(id);
    if (account === undefined) return;
    account.dueAt = Math.min(account.dueAt, Math.max(at, account.askedAt + SHORTEST_INTERVAL));
    this.#arm();
  }

  /** Keeps a report, also one that was asked for elsewhere. */
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

  /** Asks nothing more; what is known stays, since it is yet to be written. */
  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#closing.abort();
  }

  /** Whether the credential is the one that was asked for: an edit may have made it another account. */
  #isStill({ id, email, token }: Credential): boolean {
    const present = this.#options.credential(id);
    return present?.email === email && present.token === token;
  }

  /** When to ask for it by itself. */
  #nextDue(id: string, now: number): number {
    const { usedAt, random } = this.#options;
    const inUse = now - (usedAt(id) ?? 0) < INTERVAL_IN_USE;
    return now + (inUse ? INTERVAL_IN_USE : INTERVAL_IDLE) * (1 - JITTER + 2 * JITTER * random());
  }

  #arm(): void {
    if (!this.#options.background || this.#closing.signal.aborted) return;
    let dueAt = Number.POSITIVE_INFINITY;
    if (this.#checking < MAX_PARALLEL) {
      for (const account of this.#accounts.values()) if (!account.checking) dueAt = Math.min(dueAt, account.dueAt);
    }
    if (dueAt === this.#timerAt) return;
    this.#options.timers.clear(this.#timer);
    this.#timerAt = dueAt;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#options.timers.set(() => this.#checkDue(), Math.max(0, dueAt - this.#options.clock()));
  }

  #checkDue(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#options.clock();
    for (const [id, account] of this.#accounts) {
      if (this.#checking >= MAX_PARALLEL) break;
      if (!account.checking && now >= account.dueAt) void this.#check(id, account, now);
    }
    this.#arm();
  }

  async #check(id: string, account: Account, now: number): Promise<void> {
    const { probe, clock, timers, takeTurn, onReport, onFailure } = this.#options;
    account.dueAt = this.#nextDue(id, now);
    const credential = this.#options.credential(id);
    if (credential === undefined) return;
    account.askedAt = now;
    account.checking = true;
    this.#checking += 1;
    const timeout = new AbortController();
    const timer = timers.set(() => timeout.abort(new Error('The credits endpoint did not answer.')), CHECK_TIMEOUT);
    try {
      if (!(await takeTurn(id, SHORTEST_INTERVAL))) {
        // Its news will come before that.
        account.dueAt = now + SHORTEST_INTERVAL;
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
      if (account.dueAt < clock() + SHORTEST_INTERVAL) account.dueAt = account.askedAt + SHORTEST_INTERVAL;
      this.#arm();
    }
  }
}
