import { AccountMeter } from './account-meter.ts';
import type { AccountAccess, CreditsReport } from './account-probe.ts';
import { applyCredits, applyFailedCheck, balanceOf } from './core/credits.ts';
import { type CreditsForecast, forecastCredits } from './core/forecast.ts';
import type { Grant } from './core/grant.ts';
import { conditionAt, type Slot } from './core/slot.ts';
import type { Credential } from './credential.ts';
import type { Outcome } from './lease.ts';
import type { LeaseIssuer } from './lease-issuer.ts';
import type { PoolOptions } from './pool-contract.ts';
import { type CredentialTestResult, testCredential } from './test-credential.ts';

export interface CredentialChecksOptions
  extends Pick<Required<PoolOptions>, 'accounts' | 'background' | 'clock' | 'random' | 'timers' | 'shared'> {
  readonly leases: LeaseIssuer;
  readonly credential: (id: string) => Credential | undefined;
  /** A check changed what is known of the credential. */
  readonly onChanged: (slot: Slot) => void;
}

/** Checks credentials with their accounts, in the background and for the admin, and applies the results to the pool. */
export class CredentialChecks {
  readonly meter: AccountMeter;
  readonly #options: CredentialChecksOptions;

  constructor(options: CredentialChecksOptions) {
    this.#options = options;
    const { leases, accounts, background, clock, random, timers, shared, credential } = options;
    this.meter = new AccountMeter({
      probe: accounts,
      background,
      clock,
      random,
      timers,
      credential: (id) => (leases.core.slot(id)?.settings.enabled === true ? credential(id) : undefined),
      usedAt: (id) => leases.core.slot(id)?.usedAt,
      claimCheck: async (id, milliseconds) => shared?.duties.claim(`credits.${id}`, milliseconds) ?? true,
      onReport: (asked, report) => this.#applyReport(asked, report),
      onFailure: (asked) => this.#applyFailedCheck(asked),
    });
  }

  forecast(): CreditsForecast {
    const accounts = this.#options.leases.core.slots
      .filter(({ settings, health }) => settings.enabled && health.condition !== 'invalid')
      .flatMap(({ settings }) => this.meter.record(settings.id) ?? [])
      .map(({ report, readings }) => ({ ...balanceOf(report), readings }));
    return forecastCredits(accounts, this.#options.clock());
  }

  /** Tests a credential now. It may become ready or invalid. */
  async test(credential: Credential, signal: AbortSignal): Promise<CredentialTestResult> {
    const { accounts, clock, leases } = this.#options;
    const { result, report, failure } = await testCredential(accounts, credential, clock, signal);
    const slot = this.#slotOf(credential);
    if (slot === undefined) return result;
    if (report !== undefined) {
      this.meter.recordReport(credential.id, report);
      this.#applyReport(credential, report);
    }
    const { condition } = slot.health;
    if (result.ok && (condition === 'invalid' || condition === 'blocked')) leases.core.makeReady(slot, clock());
    if (failure?.fault === 'token') leases.core.fail(slot, failure, clock());
    leases.tick();
    return result;
  }

  /** Tests an account that is not in the pool. */
  async tryOut(account: AccountAccess, signal: AbortSignal): Promise<CredentialTestResult> {
    const { accounts, clock } = this.#options;
    return (await testCredential(accounts, account, clock, signal)).result;
  }

  /** Schedules the check that the credential's health asks for. */
  scheduleRecheck({ settings, health }: Slot): void {
    if (health.recheckAt === undefined || conditionAt(health, this.#options.clock()) === 'ready') return;
    this.meter.checkBy(settings.id, health.recheckAt);
  }

  /** Schedules a check of every unusable credential: another process may have found that it works again. */
  checkUnusable(): void {
    for (const { settings, health } of this.#options.leases.core.slots) {
      const { condition } = health;
      if (condition === 'invalid' || condition === 'blocked') this.meter.checkBy(settings.id, this.#options.clock());
    }
  }

  /** Schedules a check when a request found that the credits are used up. */
  noteOutcome({ slot }: Grant, outcome: Outcome): void {
    if (outcome.type === 'failure' && outcome.failure.fault === 'quota') {
      this.meter.checkBy(slot.settings.id, this.#options.clock());
    }
  }

  /** The slot, unless the credential has changed since the check started. */
  #slotOf(asked: Credential): Slot | undefined {
    const present = this.#options.credential(asked.id);
    if (present?.token !== asked.token || present.email !== asked.email) return undefined;
    return this.#options.leases.core.slot(asked.id);
  }

  #applyReport(asked: Credential, report: CreditsReport): void {
    const { clock, random, leases, onChanged } = this.#options;
    const slot = this.#slotOf(asked);
    if (slot === undefined) return;
    applyCredits(slot, report, clock(), random());
    onChanged(slot);
    leases.tick();
  }

  #applyFailedCheck(asked: Credential): void {
    const { clock, random, onChanged } = this.#options;
    const slot = this.#slotOf(asked);
    if (slot !== undefined && applyFailedCheck(slot, clock(), random())) onChanged(slot);
  }
}
