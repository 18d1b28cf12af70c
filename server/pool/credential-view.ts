import type { AccountRecord } from './account-meter.ts';
import type { CreditsReport } from './core/credits.ts';
import { type Condition, type CoolingCause, conditionAt, type Evidence, type Slot } from './core/slot.ts';
import type { Credential } from './credential.ts';

/** What the pool knows of one credential, as the admin sees it. Times are milliseconds since the epoch. */
export interface CredentialView {
  /** The token is in it: never to be shown. */
  readonly credential: Credential;
  readonly lastUsedAt: number | null;
  readonly state: CredentialStateView;
  readonly credits: CreditsView | null;
}

export interface CredentialStateView {
  readonly name: Condition;
  readonly cause?: CoolingCause;
  readonly until?: number;
  readonly since?: number;
  readonly evidence?: Evidence;
  readonly models: readonly {
    readonly model: string;
    readonly cause: CoolingCause;
    readonly until?: number;
    readonly message?: string;
  }[];
  readonly inFlight: number;
  readonly learnedConcurrency?: number;
}

export interface CreditsView extends Omit<CreditsReport, 'retryAfterSeconds'> {
  readonly checkedAt: number;
}

export interface PoolCounts {
  readonly ready: number;
  readonly cooling: number;
  readonly invalid: number;
  readonly blocked: number;
  readonly disabled: number;
  readonly inFlight: number;
  readonly waiting: number;
}

export function viewCredential(
  credential: Credential,
  slot: Slot,
  record: AccountRecord | undefined,
  now: number,
): CredentialView {
  const used = Math.max(credential.lastUsedAt ?? 0, slot.usedAt ?? 0);
  return {
    credential,
    lastUsedAt: used === 0 ? null : used,
    state: viewState(slot, now),
    credits: record === undefined ? null : viewCredits(record),
  };
}

function viewState(slot: Slot, now: number): CredentialStateView {
  const { health } = slot;
  const name = conditionAt(health, now);
  const models = [...slot.models]
    .filter(([, model]) => now < model.until)
    .map(([model, { cause, until, message }]) => ({
      model,
      cause,
      until: Math.round(until),
      ...(message === undefined ? {} : { message }),
    }));
  return {
    name,
    ...(name === 'ready' ? {} : viewTrouble(slot)),
    models,
    inFlight: slot.inFlight,
    ...(slot.learned === undefined ? {} : { learnedConcurrency: Math.floor(slot.learned.limit) }),
  };
}

function viewTrouble({ health }: Slot) {
  return {
    ...(health.cause === undefined ? {} : { cause: health.cause }),
    ...(health.condition === 'cooling' ? { until: Math.round(health.until) } : {}),
    since: health.since,
    ...(health.evidence === undefined ? {} : { evidence: health.evidence }),
  };
}

export function viewCredits({ report, checkedAt }: Pick<AccountRecord, 'report' | 'checkedAt'>): CreditsView {
  const { retryAfterSeconds: _, ...shown } = report;
  return { ...shown, checkedAt };
}

/** Disabled and draining credentials count as disabled, whatever their health. */
export function countPool(slots: readonly Slot[], waiting: number, now: number): PoolCounts {
  const counts = { ready: 0, cooling: 0, invalid: 0, blocked: 0, disabled: 0, inFlight: 0, waiting };
  for (const slot of slots) {
    counts.inFlight += slot.inFlight;
    const takesRequests = slot.settings.enabled && !slot.settings.draining;
    counts[takesRequests ? conditionAt(slot.health, now) : 'disabled'] += 1;
  }
  return counts;
}
