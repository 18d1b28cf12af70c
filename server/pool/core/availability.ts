import type { Endpoint } from './endpoint.ts';
import { isBarred, passableAt } from './gate.ts';
import type { LearnedLimit } from './learned-limit.ts';
import { isRampFull } from './ramp.ts';
import type { RouteStandings } from './route-standings.ts';
import { conditionAt, type Slot } from './slot.ts';
import { nextChangeOfRoute, type SlotRoute } from './slot-route.ts';
import type { TriedEndpoints } from './tried-endpoints.ts';

/** Why a credential cannot take a request now. */
export type Obstacle =
  | 'disabled'
  | 'draining'
  | 'enough tried'
  | 'invalid'
  | 'blocked'
  | 'cooling'
  | 'on trial'
  | 'at its limit'
  | 'already tried'
  | 'no route open';

/** Why a credential cannot take a request on one of its endpoints now. */
export type EndpointObstacle =
  | 'already tried'
  | 'route shut'
  | 'model refused'
  | 'route in doubt'
  | 'route at its limit';

/** The parts of a request that decide which credentials and endpoints can take it. */
export interface Demand {
  /** In order of preference. */
  readonly endpoints: readonly Endpoint[];
  /** The exchange's earlier attempts. */
  readonly exclude: TriedEndpoints;
}

/**
 * How far a search goes. `open`: only endpoints without known problems. `doubtful`: also endpoints that failed for
 * other credentials. `urgent`: transient failures and refusing routes are retried sooner.
 */
export type Reach = 'open' | 'doubtful' | 'urgent';

export interface Search {
  readonly demand: Demand;
  readonly reach: Reach;
  readonly now: number;
  /** How many credentials one exchange may try. */
  readonly maxCredentials: number;
  readonly standings: RouteStandings;
}

/** The credential's concurrency limit: the lower of the configured and the learned one. */
export function limitOf({ learned, settings }: Slot): number {
  return Math.min(wholeLimitOf(learned), settings.maxConcurrency ?? Number.POSITIVE_INFINITY);
}

/** The learned concurrency limit of one route. */
export function limitOfRoute({ learned }: SlotRoute): number {
  return wholeLimitOf(learned);
}

function wholeLimitOf(learned: LearnedLimit | undefined): number {
  return learned === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(learned.limit));
}

/** Why the credential cannot take any request. */
export function obstacleOf(slot: Slot, search: Search): Obstacle | undefined {
  const { settings, health } = slot;
  const { now, reach, demand } = search;
  if (!settings.enabled) return 'disabled';
  if (settings.draining) return 'draining';
  if (exceedsMaxCredentials(slot, demand, search.maxCredentials)) return 'enough tried';
  if (health.condition !== 'ready') {
    if (health.condition !== 'cooling') return health.condition;
    if (now < (reach === 'urgent' ? health.urgentUntil : health.until)) return 'cooling';
  }
  if (health.probation && slot.trial !== undefined) return 'on trial';
  if (slot.inFlight >= limitOf(slot) || now < slot.fullUntil || isRampFull(slot)) return 'at its limit';
  return undefined;
}

function exceedsMaxCredentials({ settings }: Slot, { exclude }: Demand, maxCredentials: number): boolean {
  return exclude.credentialCount >= maxCredentials && !exclude.hasCredential(settings.id);
}

/** The index of the first of the request's endpoints that the credential can use; -1 if there is none. */
export function findOpenEndpoint(slot: Slot, search: Search): number {
  const { endpoints } = search.demand;
  let index = 0;
  for (const endpoint of endpoints) {
    if (endpointObstacleOf(slot, endpoint, search) === undefined) return index;
    index += 1;
  }
  return -1;
}

export function endpointObstacleOf(slot: Slot, endpoint: Endpoint, search: Search): EndpointObstacle | undefined {
  const { demand, now, reach, standings } = search;
  if (demand.exclude.size > 0 && demand.exclude.has(slot.settings.id, endpoint)) return 'already tried';
  const route = slot.routes.get(endpoint.route);
  if (route !== undefined) {
    if (isBarred(route.gate, now, reach === 'urgent')) return 'route shut';
    if (route.models.size > 0) {
      const gate = route.models.get(endpoint.upstreamModel);
      if (gate !== undefined && isBarred(gate, now, reach === 'urgent')) return 'model refused';
    }
    if (route.inFlight >= limitOfRoute(route) || now < route.fullUntil) return 'route at its limit';
  }
  if (reach === 'open' && standings.isDoubtful(endpoint, now)) return 'route in doubt';
  return undefined;
}

/**
 * The earliest time at which the credential may take such a request. `now` when that depends on a request in flight;
 * infinity when waiting does not help.
 */
export function earliestAvailability(slot: Slot, search: Search): number {
  const { settings, health } = slot;
  const { now, demand } = search;
  if (!settings.enabled || settings.draining) return Number.POSITIVE_INFINITY;
  if (exceedsMaxCredentials(slot, demand, search.maxCredentials)) return Number.POSITIVE_INFINITY;
  if (health.condition === 'invalid' || health.condition === 'blocked') return Number.POSITIVE_INFINITY;
  let byRoute = Number.POSITIVE_INFINITY;
  for (const endpoint of demand.endpoints) {
    if (demand.exclude.size > 0 && demand.exclude.has(settings.id, endpoint)) continue;
    byRoute = Math.min(byRoute, routeAvailableAt(slot.routes.get(endpoint.route), endpoint.upstreamModel, now));
  }
  const own = health.condition === 'cooling' ? Math.min(health.until, health.urgentUntil) : now;
  return Math.max(now, own, byRoute);
}

function routeAvailableAt(route: SlotRoute | undefined, model: string, now: number): number {
  if (route === undefined) return now;
  const gate = route.models.get(model);
  return Math.max(passableAt(route.gate, now), gate === undefined ? now : passableAt(gate, now));
}

/** The next time after `now` at which a timed state of the credential ends; infinity if none. */
export function nextChangeOf(slot: Slot, now: number): number {
  const { health } = slot;
  let next = Number.POSITIVE_INFINITY;
  if (conditionAt(health, now) === 'cooling') {
    next = health.urgentUntil > now ? health.urgentUntil : health.until;
  }
  if (slot.fullUntil > now) next = Math.min(next, slot.fullUntil);
  for (const route of slot.routes.values()) next = Math.min(next, nextChangeOfRoute(route, now));
  return next;
}
