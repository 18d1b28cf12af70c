import type { Clock } from '../lib/clock.ts';
import type { Budgets as SharedBudgets } from '../shared-state/shared-state.ts';
import { accountsAt, type Spending, toAmounts } from './budget-accounts.ts';
import { boundsOf, periodNames } from './budget-period.ts';

/** Reads the usage of keys from the ledger. */
export interface BudgetSource {
  /** @param time inclusive; milliseconds since the epoch */
  usedSince(keyId: string, time: number): Promise<Spending>;
}

export interface AccountOpenerOptions {
  readonly shared: Pick<SharedBudgets, 'open'>;
  readonly source: BudgetSource;
  readonly clock: Clock;
  /** Called if the ledger cannot be read. Until it can, only new usage counts. */
  readonly onError: (error: unknown) => void;
}

/** Delay before the ledger is read again after a failure; milliseconds. */
const retryInterval = 5000;
/** When records that were being written at the first read are certainly in the ledger; milliseconds. */
const rereadDelay = 2000;
/** How long an account is kept after its period ends, for replicas whose clocks are slow. */
const expiryGrace = 3_600_000;

/** Opens the accounts of keys with the usage from the ledger, and reads it again if that was incomplete. */
export class AccountOpener {
  readonly #options: AccountOpenerOptions;
  readonly #opening = new Map<string, Promise<void>>();
  /** Keys whose accounts were opened without the ledger. */
  readonly #unreadKeys = new Set<string>();
  /** When to read the ledger again, for keys whose accounts may be incomplete. */
  readonly #rereadTimes = new Map<string, number>();

  constructor(options: AccountOpenerOptions) {
    this.#options = options;
  }

  /** Opens the accounts of a key for the first time. */
  openFirst(keyId: string): Promise<void> {
    this.#rereadTimes.set(keyId, this.#options.clock() + rereadDelay);
    return this.#openOnce(keyId);
  }

  /** Starts to read the ledger again if it is time. */
  openAgainIfDue(keyId: string): void {
    const due = this.#rereadTimes.get(keyId);
    if (due === undefined || this.#options.clock() < due) return;
    this.#rereadTimes.delete(keyId);
    void this.#openOnce(keyId);
  }

  forget(keyId: string): void {
    this.#unreadKeys.delete(keyId);
    this.#rereadTimes.delete(keyId);
  }

  /** Concurrent calls for a key share one read of the ledger. */
  #openOnce(keyId: string): Promise<void> {
    let running = this.#opening.get(keyId);
    if (running === undefined) {
      running = this.#open(keyId).finally(() => this.#opening.delete(keyId));
      this.#opening.set(keyId, running);
    }
    return running;
  }

  async #open(keyId: string): Promise<void> {
    const now = this.#options.clock();
    const spent = await this.#readLedger(keyId, now);
    const accounts = accountsAt(now).map(({ account, unit, period, end }) => ({
      account,
      spent: spent?.get(period)?.[unit] ?? 0,
      expiresAt: end + expiryGrace,
    }));
    await this.#options.shared.open(keyId, accounts);
  }

  /** @returns what was spent by period; undefined if the ledger cannot be read */
  async #readLedger(keyId: string, now: number) {
    const { source, onError } = this.#options;
    try {
      const spent = await Promise.all(
        periodNames.map(
          async (period) => [period, toAmounts(await source.usedSince(keyId, boundsOf(period, now).start))] as const,
        ),
      );
      // Records that were queued while the ledger failed are not in it yet.
      if (this.#unreadKeys.delete(keyId)) this.#rereadTimes.set(keyId, now + rereadDelay);
      return new Map(spent);
    } catch (error) {
      if (!this.#unreadKeys.has(keyId)) onError(error);
      this.#unreadKeys.add(keyId);
      this.#rereadTimes.set(keyId, now + retryInterval);
      return undefined;
    }
  }
}
