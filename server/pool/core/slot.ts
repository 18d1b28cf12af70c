import type { AccountCause } from './cool-down.ts';
import type { Endpoint } from './endpoint.ts';
import type { Evidence } from './evidence.ts';
import type { LearnedLimit } from './learned-limit.ts';
import type { Ramp } from './ramp.ts';
import { createSlotRoute, forgetRoute, type SlotRoute, setRouteBack } from './slot-route.ts';

export type Condition = 'ready' | 'cooling' | 'invalid' | 'blocked';

/**
 * The health of one credential's account, independent of routes. Times are milliseconds since the epoch. `cooling` ends
 * at `until` without any further event.
 */
export interface Health {
  condition: Condition;
  cause: AccountCause | undefined;
  /** When a cool-down ends; 0 unless cooling. */
  until: number;
  /** When it may be retried if nothing else is available; earlier than `until` for transient problems. */
  urgentUntil: number;
  /** True when the upstream named the end. */
  named: boolean;
  since: number;
  evidence: Evidence | undefined;
  /** The endpoint whose refusal blocked the credential, until the credits endpoint confirms the block. */
  endpoint: Endpoint | undefined;
  /** Incidents in a row. One incident may hit many requests. */
  strikes: number;
  /** Usable again but without a success yet: one trial request at a time. */
  probation: boolean;
  /** When to ask the credits endpoint whether the credential is usable again. */
  recheckAt: number | undefined;
  /** Re-checks since the last success. The delay grows with each. */
  rechecks: number;
}

/** The configured part of a credential. */
export interface SlotSettings {
  readonly id: string;
  readonly label: string;
  readonly enabled: boolean;
  readonly draining: boolean;
  readonly weight: number;
  readonly maxConcurrency: number | null;
}

/** One credential in the pool: its settings, its health and its current use. */
export interface Slot {
  settings: SlotSettings;
  readonly health: Health;
  /** By route name; only routes that were used. */
  readonly routes: Map<string, SlotRoute>;
  learned: LearnedLimit | undefined;
  inFlight: number;
  /** Requests in flight on other replicas, as last reported. */
  inFlightElsewhere: number;
  /** Until when other replicas use the whole limit; milliseconds since the epoch. */
  fullUntil: number;
  /** Sequence number of its latest grant; the lowest is next in round robin. */
  turn: number;
  /** Current weight in the smooth weighted round robin. */
  balance: number;
  /** Grants up to this sequence number belong to an incident that is already counted. */
  failedSequence: number;
  /** Sequence number of the grant that is the current trial. */
  trial: number | undefined;
  /** Limits the requests after a cool-down. */
  ramp: Ramp | undefined;
  /** True when a request has succeeded since the account last failed. */
  proven: boolean;
  /** Incremented when the learned state is reset or overridden, so the outcomes of earlier grants no longer count. */
  epoch: number;
  /** Remaining credits as a share of the total, 0 to 1; undefined when unknown. */
  creditsLeft: number | undefined;
  /** When it was last granted, in milliseconds since the epoch. */
  usedAt: number | undefined;
  /** During selection: the index of the request's endpoint that it would use. */
  endpointIndex: number;
}

export function createHealth(): Health {
  return {
    condition: 'ready',
    cause: undefined,
    until: 0,
    urgentUntil: 0,
    named: false,
    since: 0,
    evidence: undefined,
    endpoint: undefined,
    strikes: 0,
    probation: false,
    recheckAt: undefined,
    rechecks: 0,
  };
}

export function createSlot(settings: SlotSettings): Slot {
  return {
    settings,
    health: createHealth(),
    routes: new Map(),
    learned: undefined,
    inFlight: 0,
    inFlightElsewhere: 0,
    fullUntil: 0,
    turn: 0,
    balance: 0,
    failedSequence: 0,
    trial: undefined,
    ramp: undefined,
    proven: false,
    epoch: 0,
    creditsLeft: undefined,
    usedAt: undefined,
    endpointIndex: 0,
  };
}

/** The credential's state for a route, created if missing. */
export function routeOf(slot: Slot, name: string): SlotRoute {
  const known = slot.routes.get(name);
  if (known !== undefined) return known;
  const route = createSlotRoute(name);
  slot.routes.set(name, route);
  return route;
}

/**
 * Resets everything that was learned. Requests in flight continue, but their outcomes no longer count.
 *
 * @param latest the latest grant's sequence number
 */
export function forgetLearned(slot: Slot, latest: number): void {
  Object.assign(slot.health, createHealth());
  for (const route of slot.routes.values()) forgetRoute(route, latest);
  slot.learned = undefined;
  slot.trial = undefined;
  slot.ramp = undefined;
  slot.proven = false;
  slot.epoch += 1;
}

/** The condition at a time; after the end of a cool-down it is `ready`. */
export function conditionAt(health: Health, now: number): Condition {
  return health.condition === 'cooling' && now >= health.until ? 'ready' : health.condition;
}

/** Adjusts all times to a clock that was set back by so many milliseconds. */
export function setHealthBack(health: Health, by: number): void {
  health.since -= by;
  if (health.condition === 'cooling') {
    health.until -= by;
    health.urgentUntil -= by;
  }
  if (health.recheckAt !== undefined) health.recheckAt -= by;
}

/** Adjusts all times of the slot to a clock that was set back by so many milliseconds. */
export function setBack(slot: Slot, by: number): void {
  const { health, learned } = slot;
  setHealthBack(health, by);
  for (const route of slot.routes.values()) setRouteBack(route, by);
  if (learned !== undefined) slot.learned = { ...learned, learnedAt: learned.learnedAt - by };
  if (slot.usedAt !== undefined) slot.usedAt -= by;
  slot.fullUntil -= by;
}
