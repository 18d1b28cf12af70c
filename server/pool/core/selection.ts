import type { PoolSettings } from '../../settings/settings.ts';
import type { Place } from './affinity.ts';
import {
  type Demand,
  type EndpointObstacle,
  endpointObstacleOf,
  findOpenEndpoint,
  type Obstacle,
  obstacleOf,
  type Reach,
  type Search,
} from './availability.ts';
import { choose } from './choose.ts';
import type { CoolingCause, RouteCause } from './cool-down.ts';
import { type Endpoint, isSameEndpoint } from './endpoint.ts';
import type { Grant, Skipped } from './grant.ts';
import type { RouteStandings } from './route-standings.ts';
import type { Slot } from './slot.ts';
import { isProven } from './slot-route.ts';

/** The credential and endpoint chosen for a request. */
export interface Selected {
  readonly slot: Slot;
  readonly endpoint: Endpoint;
  readonly reason: Grant['reason'];
  readonly skipped: readonly Skipped[];
}

const searchReaches: readonly Reach[] = ['open', 'doubtful', 'urgent'];
const nothingSkipped: readonly Skipped[] = [];
/** After these failures, the credential may be at fault as well as the route. */
const ambiguousCauses: ReadonlySet<RouteCause | undefined> = new Set(['transient', 'timeout', 'concurrency'] as const);

/** Chooses a credential and endpoint. The only state between calls is a reused scratch list. */
export class Selection {
  readonly #standings: RouteStandings;
  readonly #candidates: Slot[] = [];

  constructor(standings: RouteStandings) {
    this.#standings = standings;
  }

  /**
   * @param remembered the conversation's last place
   * @returns undefined when no credential can take the request now
   */
  select(
    slots: readonly Slot[],
    demand: Demand,
    settings: PoolSettings,
    remembered: Place | undefined,
    now: number,
  ): Selected | undefined {
    const candidates = this.#candidates;
    for (const reach of searchReaches) {
      const search = { demand, reach, now, maxCredentials: settings.maxAttempts, standings: this.#standings };
      const skipped = this.#collect(slots, search);
      if (candidates.length === 0) continue;
      const familiar = remembered && this.#findFamiliar(search, remembered);
      const kept = demand.exclude.size > 0 ? this.#findKept(slots, demand) : undefined;
      const slot = kept ?? choose(candidates, settings, demand, familiar, remembered?.cachedTokens);
      const endpoint = slot && demand.endpoints[slot.endpointIndex];
      if (slot === undefined || endpoint === undefined) return undefined;
      const reason = slot === kept ? 'next-route' : slot === familiar ? 'affinity' : settings.strategy;
      return { slot, endpoint, reason, skipped: addSkippedRoutes(skipped, slot, endpoint, search) };
    }
    return undefined;
  }

  /** Collects the candidates with their endpoint indexes. @returns the other credentials with their obstacles */
  #collect(slots: readonly Slot[], search: Search): readonly Skipped[] {
    const candidates = this.#candidates;
    candidates.length = 0;
    let skipped: Skipped[] | undefined;
    for (const slot of slots) {
      let obstacle: Obstacle | undefined = obstacleOf(slot, search);
      if (obstacle === undefined) {
        slot.endpointIndex = findOpenEndpoint(slot, search);
        if (slot.endpointIndex >= 0) {
          candidates.push(slot);
          continue;
        }
        obstacle = wasTried(slot, search.demand) ? 'already tried' : 'no route open';
      }
      skipped ??= [];
      skipped.push({ slot, route: undefined, obstacle, cause: causeOf(slot, obstacle, search.demand) });
    }
    return skipped ?? nothingSkipped;
  }

  /** The candidate that the conversation used last, with the endpoint it used if that is still open. */
  #findFamiliar(search: Search, { id, endpoint }: Place): Slot | undefined {
    const slot = this.#candidates.find(({ settings }) => settings.id === id);
    const { endpoints } = search.demand;
    const offered = slot && endpoints[slot.endpointIndex];
    if (slot === undefined || offered === undefined || isSameEndpoint(offered, endpoint)) return slot;
    const index = endpoints.findIndex((one) => isSameEndpoint(one, endpoint));
    const known = endpoints[index];
    if (known !== undefined && endpointObstacleOf(slot, known, search) === undefined) slot.endpointIndex = index;
    return slot;
  }

  /**
   * The credential of the last attempt, if that failed because of its route: the conversation stays on the credential
   * and tries another route. Undefined when the route works for others and the credential may be at fault.
   */
  #findKept(slots: readonly Slot[], { endpoints, exclude: { last } }: Demand): Slot | undefined {
    if (last === undefined) return undefined;
    const slot = this.#candidates.find(({ settings }) => settings.id === last.credentialId);
    if (slot === undefined) return undefined;
    const offered = slot.routes.get(endpoints[slot.endpointIndex]?.route ?? '');
    if (offered !== undefined && isProven(offered)) return slot;
    const failed = slot.routes.get(last.endpoint.route);
    if (failed === undefined || !ambiguousCauses.has(failed.gate.cause)) return slot;
    const servesOthers = slots.some((other) => {
      const route = other.routes.get(failed.name);
      return route !== undefined && route !== failed && isProven(route);
    });
    return servesOthers ? undefined : slot;
  }
}

function wasTried({ settings }: Slot, { endpoints, exclude }: Demand): boolean {
  return exclude.size > 0 && endpoints.every((endpoint) => exclude.has(settings.id, endpoint));
}

function causeOf(slot: Slot, obstacle: Obstacle, { endpoints }: Demand): CoolingCause | undefined {
  if (obstacle === 'cooling') return slot.health.cause;
  if (obstacle !== 'no route open') return undefined;
  const [first] = endpoints;
  return first && causeAt(slot, first);
}

function causeAt(slot: Slot, { route, upstreamModel }: Endpoint): CoolingCause | undefined {
  const known = slot.routes.get(route);
  return known?.models.get(upstreamModel)?.cause ?? known?.gate.cause;
}

/** Adds the preferred routes that were skipped on the chosen credential. */
function addSkippedRoutes(
  skipped: readonly Skipped[],
  slot: Slot,
  chosen: Endpoint,
  search: Search,
): readonly Skipped[] {
  const { endpoints } = search.demand;
  if (endpoints[0] === chosen) return skipped;
  const routes: Skipped[] = [];
  for (const endpoint of endpoints) {
    if (endpoint === chosen) break;
    const obstacle: EndpointObstacle | undefined = endpointObstacleOf(slot, endpoint, search);
    if (obstacle !== undefined) routes.push({ slot, route: endpoint.route, obstacle, cause: causeAt(slot, endpoint) });
  }
  return routes.length === 0 ? skipped : [...skipped, ...routes];
}
