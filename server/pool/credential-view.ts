import { withoutUndefined } from '../lib/without-undefined.ts';
import type { AccountRecord } from './account-meter.ts';
import type { AccountCause, RouteCause } from './core/cool-down.ts';
import type { CreditsReport } from './core/credits.ts';
import type { Evidence } from './core/evidence.ts';
import { type Gate, isShut } from './core/gate.ts';
import { type Condition, conditionAt, type Slot } from './core/slot.ts';
import { isProven, type SlotRoute } from './core/slot-route.ts';
import type { Credential } from './credential.ts';

/** A credential and its state for the admin. Times are milliseconds since the epoch. */
export interface CredentialView {
  /** Contains the token, which must never be displayed. */
  readonly credential: Credential;
  readonly lastUsedAt: number | null;
  readonly state: CredentialStateView;
  readonly credits: CreditsView | null;
}

export interface CredentialStateView {
  readonly name: Condition;
  readonly cause?: AccountCause;
  readonly until?: number;
  readonly since?: number;
  readonly evidence?: Evidence;
  /** The routes that were used, in the order of their first use. */
  readonly routes: readonly RouteStateView[];
  readonly inFlight: number;
  readonly learnedConcurrency?: number;
}

/**
 * The state of a route, or of one model on it. `open`: the last request succeeded. `shut`: not used until `until`.
 * `trial`: it was shut and may take one trial request. `unknown`: nothing was learned yet.
 */
export interface GateStateView {
  readonly name: 'open' | 'shut' | 'trial' | 'unknown';
  /** Why it is not open. */
  readonly cause?: RouteCause;
  readonly until?: number;
  readonly since?: number;
  readonly evidence?: Evidence;
}

export interface RouteStateView extends GateStateView {
  readonly route: string;
  readonly inFlight: number;
  readonly learnedConcurrency?: number;
  /** The models it refused, by the route's model ids. */
  readonly models: readonly (GateStateView & { readonly model: string })[];
}

export interface CreditsView extends Omit<CreditsReport, 'retryAfterSeconds'> {
  readonly checkedAt: number;
}

/** Number of credentials by state, and of requests that hold or wait for one. */
export interface PoolCounts {
  readonly ready: number;
  readonly cooling: number;
  readonly invalid: number;
  readonly blocked: number;
  readonly disabled: number;
  readonly inFlight: number;
  readonly waiting: number;
}

/** How many credentials have the route in each state, including credentials that are out of use. */
export type RouteCounts = Record<GateStateView['name'], number> & { readonly route: string };

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
  return withoutUndefined({
    name,
    ...(name !== 'ready' && viewProblem(slot)),
    routes: [...slot.routes.values()].map((route) => viewRoute(route, now)),
    inFlight: slot.inFlight,
    learnedConcurrency: slot.learned && Math.floor(slot.learned.limit),
  });
}

function viewRoute(route: SlotRoute, now: number): RouteStateView {
  const { name, gate, learned, inFlight } = route;
  const models = [...route.models].filter(([, model]) => model.probation);
  return withoutUndefined({
    route: name,
    ...viewGate(gate, isProven(route) ? 'open' : 'unknown', now),
    inFlight,
    learnedConcurrency: learned && Math.floor(learned.limit),
    models: models.map(([model, own]) => ({ model, ...viewGate(own, 'open', now) })),
  });
}

function viewGate(gate: Gate, otherwise: GateStateView['name'], now: number): GateStateView {
  if (!gate.probation) return { name: otherwise };
  const isClosed = isShut(gate, now);
  return withoutUndefined({
    name: isClosed ? ('shut' as const) : ('trial' as const),
    cause: gate.cause,
    until: isClosed ? Math.round(gate.until) : undefined,
    since: gate.since,
    evidence: gate.evidence,
  });
}

function viewProblem({ health }: Slot) {
  return {
    cause: health.cause,
    until: health.condition === 'cooling' ? Math.round(health.until) : undefined,
    since: health.since,
    evidence: health.evidence,
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

export function countRoutes(slots: readonly Slot[], now: number): RouteCounts[] {
  const byName = new Map<string, RouteCounts>();
  for (const slot of slots) {
    for (const route of slot.routes.values()) {
      const counts = byName.get(route.name) ?? { route: route.name, open: 0, shut: 0, trial: 0, unknown: 0 };
      counts[viewRoute(route, now).name] += 1;
      byName.set(route.name, counts);
    }
  }
  return [...byName.values()];
}
