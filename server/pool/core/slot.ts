import type { AccountCause } from './cool-down.ts';
import type { Endpoint } from './endpoint.ts';
import type { Evidence } from './evidence.ts';
import type { LearnedLimit } from './learned-limit.ts';
import type { Ramp } from './ramp.ts';
import { createSlotRoute, forgetRoute, type SlotRoute, setRouteBack } from './slot-route.ts';

export type Condition = 'ready' | 'cooling' | 'invalid' | 'blocked';

/**
 * What the pool believes of one credential's account, whatever the route. Times are milliseconds since the epoch. `cooling` ends by itself when
 * `until` has come: nothing has to happen for it.
 */
export interface Health {
  condition: Condition;
  cause: AccountCause | undefined;
  /** When a cool-down ends; 0 unless cooling. */
  until: number;
  /** The same while nothing better is free: a passing trouble is then tried again sooner. */
  urgentUntil: number;
  /** The upstream itself named the end. */
  named: boolean;
  since: number;
  evidence: Evidence | undefined;
  /** What was refused when it was blocked, until the credits endpoint confirms the block. */
  endpoint: Endpoint | undefined;
  /** Incidents in a row, each however many requests it hit. */
  strikes: number;
  /** Back, but not proved yet: one trial request at a time. */
  probation: boolean;
  /** When to ask the credits endpoint whether the credential is well again. */
  recheckAt: number | undefined;
  /** Re-checks since the last success: each waits longer than the one before. */
  rechecks: number;
}

/** What the owner decided of a credential. */
export interface SlotSettings {
  readonly id: string;
  readonly label: string;
  readonly enabled: boolean;
  readonly draining: boolean;
  readonly weight: number;
  readonly maxConcurrency: number | null;
}

/** One credential's place in the pool: its settings, its health, and what is going on with it. */
export interface Slot {
  settings: SlotSettings;
  readonly health: Health;
  /** By the routes' names; those that it was never used by are missing. */
  readonly routes: Map<string, SlotRoute>;
  learned: LearnedLimit | undefined;
  inFlight: number;
  /** Requests in flight at other replicas, as far as known. */
  elsewhere: number;
  /** Until then the other replicas have filled it to its limit; milliseconds since the epoch. */
  fullUntil: number;
  /** Number of the grant that it got last; the lowest is next in turn. */
  turn: number;
  /** Running balance of the smooth weighted round robin. */
  balance: number;
  /** Grants up to this number belong to the incident that is already counted. */
  failedSequence: number;
  /** Grant number of the trial that is running. */
  trial: number | undefined;
  /** After a cool-down, while those that waited for its end are let through in growing numbers. */
  ramp: Ramp | undefined;
  /** It has answered well since its account last failed. */
  proven: boolean;
  /** Raised when what was learned is forgotten or overruled: outcomes of grants from before say nothing any more. */
  epoch: number;
  /** Credits left as a share of all, 0 to 1, when known. */
  creditsLeft: number | undefined;
  /** When it was granted last, in milliseconds since the epoch. */
  usedAt: number | undefined;
  /** While a credential is being chosen: which of the request's endpoints it would serve it by. */
  offer: number;
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
    elsewhere: 0,
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
    offer: 0,
  };
}

/** The credential's use of a route, from now on known. */
export function routeOf(slot: Slot, name: string): SlotRoute {
  const known = slot.routes.get(name);
  if (known !== undefined) return known;
  const route = createSlotRoute(name);
  slot.routes.set(name, route);
  return route;
}

/**
 * Forgets all that was learned; requests in flight go on and no longer count as evidence.
 *
 * @param latest number of the latest grant so far
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

/** The condition as it is at a time: a cool-down that is over is `ready`. */
export function conditionAt(health: Health, now: number): Condition {
  return health.condition === 'cooling' && now >= health.until ? 'ready' : health.condition;
}

/** Moves all times to a clock that was set back by so many milliseconds. */
export function setHealthBack(health: Health, by: number): void {
  health.since -= by;
  if (health.condition === 'cooling') {
    health.until -= by;
    health.urgentUntil -= by;
  }
  if (health.recheckAt !== undefined) health.recheckAt -= by;
}

/** The same for all that is known of the credential. */
export function setBack(slot: Slot, by: number): void {
  const { health, learned } = slot;
  setHealthBack(health, by);
  for (const route of slot.routes.values()) setRouteBack(route, by);
  if (learned !== undefined) slot.learned = { ...learned, learnedAt: learned.learnedAt - by };
  if (slot.usedAt !== undefined) slot.usedAt -= by;
  slot.fullUntil -= by;
}
