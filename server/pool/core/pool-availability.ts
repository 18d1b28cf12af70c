import type { PoolSettings } from '../../settings/settings.ts';
import {
  type Demand,
  earliestAvailability,
  findOpenEndpoint,
  nextChangeOf,
  obstacleOf,
  type Reach,
  type Search,
} from './availability.ts';
import type { Endpoint } from './endpoint.ts';
import type { RouteStandings } from './route-standings.ts';
import type { Slot } from './slot.ts';
import { TriedEndpoints } from './tried-endpoints.ts';

export interface PoolAvailabilityOptions {
  readonly slots: () => readonly Slot[];
  readonly settings: () => PoolSettings;
  readonly standings: RouteStandings;
}

/** A demand that any available credential meets. */
const anyDemand: Demand = { endpoints: [], exclude: new TriedEndpoints() };

/** Which of the pool's credentials can take a request, and when. Changes nothing. */
export class PoolAvailability {
  readonly #options: PoolAvailabilityOptions;

  constructor(options: PoolAvailabilityOptions) {
    this.#options = options;
  }

  /** The credentials that can take such a request now. */
  available(demand: Demand, reach: Reach, now: number): Slot[] {
    const search = { ...this.#searchFor(demand, now), reach };
    return this.#options
      .slots()
      .filter((slot) => obstacleOf(slot, search) === undefined && findOpenEndpoint(slot, search) >= 0);
  }

  /** The credentials that can take such a request after some time. */
  recoverable(demand: Demand, now: number): Slot[] {
    const search = this.#searchFor(demand, now);
    return this.#options.slots().filter((slot) => earliestAvailability(slot, search) !== Number.POSITIVE_INFINITY);
  }

  /** The earliest time at which a credential may take such a request; infinity if waiting does not help. */
  earliest(demand: Demand, now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    const search = this.#searchFor(demand, now);
    for (const slot of this.#options.slots()) earliest = Math.min(earliest, earliestAvailability(slot, search));
    return earliest;
  }

  /** Like `earliest`, for many demands at the same time. @param cache its results by model */
  earliestCached(demand: Demand, now: number, cache: Map<readonly Endpoint[], number>): number {
    if (demand.exclude.size > 0) return this.earliest(demand, now);
    const earliest = cache.get(demand.endpoints) ?? this.earliest(demand, now);
    cache.set(demand.endpoints, earliest);
    return earliest;
  }

  /** Whether any credential could take a request for some model. */
  hasRoom(now: number): boolean {
    const search = this.#searchFor(anyDemand, now);
    return this.#options.slots().some((slot) => obstacleOf(slot, search) === undefined);
  }

  /** The next time after `now` at which a timed state of a credential or route ends; infinity if none. */
  nextChange(now: number): number {
    let next = this.#options.standings.nextChange(now);
    for (const slot of this.#options.slots()) next = Math.min(next, nextChangeOf(slot, now));
    return next;
  }

  #searchFor(demand: Demand, now: number): Search {
    const { settings, standings } = this.#options;
    return { demand, reach: 'urgent', now, maxCredentials: settings().maxAttempts, standings };
  }
}
