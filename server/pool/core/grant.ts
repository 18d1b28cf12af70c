import type { PoolSettings } from '../../settings/settings.ts';
import type { CacheUse } from './affinity.ts';
import type { Demand, EndpointObstacle, Obstacle } from './availability.ts';
import type { CoolingCause } from './cool-down.ts';
import type { Endpoint } from './endpoint.ts';
import type { FailureReport } from './evidence.ts';
import type { Slot } from './slot.ts';
import type { SlotRoute } from './slot-route.ts';

export interface CoreRequest extends Demand {
  /** Requests of one conversation carry the same. */
  readonly affinityKey?: string;
  /** The first request of its conversation: the strategy chooses, and what follows stays there. */
  readonly opening?: boolean;
  /** Milliseconds since the epoch: an answer after it is of no use. */
  readonly deadline: number;
}

export interface Skipped {
  readonly slot: Slot;
  /** The route's name, when the credential was passed over by this route only. */
  readonly route: string | undefined;
  readonly obstacle: Obstacle | EndpointObstacle;
  readonly cause: CoolingCause | undefined;
}

/** One request's use of one credential by one endpoint, from `request` or the queue until its `release`. */
export interface Grant {
  readonly slot: Slot;
  readonly endpoint: Endpoint;
  readonly route: SlotRoute;
  /** Counts all grants of this core. */
  readonly sequence: number;
  readonly epoch: number;
  /** `next-route`: the attempt before failed by its route, and the credential was kept. `probe`: the admin chose. */
  readonly reason: 'affinity' | 'next-route' | 'probe' | PoolSettings['strategy'];
  readonly skipped: readonly Skipped[];
  /** Milliseconds in the queue. */
  readonly waited: number;
  /** Of the request, where it may keep its conversation in place. */
  readonly affinityKey: string | undefined;
  open: boolean;
  /** Its answer has begun. */
  answered: boolean;
}

/** When a request came: it keeps its place before those that came later, also when it has to ask again. */
export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Counts all that came. */
  readonly order: number;
  /** It had a grant, which others' requests made void. */
  readonly isBack: boolean;
}

/** A request in the queue. */
export interface Waiter {
  readonly request: CoreRequest;
  readonly order: number;
  /** Milliseconds since the epoch, as the deadline is. */
  arrivedAt: number;
  deadline: number;
}

/** No credential now, and none in time. */
export interface Refusal {
  /** The earliest time at which one may be free, in milliseconds since the epoch; infinity if time brings none. */
  readonly wayOut: number;
  readonly request: CoreRequest;
}

export type CoreOutcome =
  | { type: 'success'; cached?: CacheUse | undefined }
  | { type: 'failure'; failure: FailureReport }
  | { type: 'aborted' };
