import type { PoolSettings } from '../../settings/settings.ts';
import type { CacheUse } from './affinity.ts';
import type { Demand, EndpointObstacle, Obstacle } from './availability.ts';
import type { CoolingCause } from './cool-down.ts';
import type { Endpoint } from './endpoint.ts';
import type { FailureReport } from './evidence.ts';
import type { Slot } from './slot.ts';
import type { SlotRoute } from './slot-route.ts';

export interface CoreRequest extends Demand {
  /** The same for all requests of one conversation. */
  readonly affinityKey?: string;
  /** The first request of its conversation: the strategy chooses the credential, and later requests stay there. */
  readonly opening?: boolean;
  /** No waiting beyond this time; milliseconds since the epoch. */
  readonly deadline: number;
}

export interface Skipped {
  readonly slot: Slot;
  /** The route's name, when only this route of the credential was skipped. */
  readonly route: string | undefined;
  readonly obstacle: Obstacle | EndpointObstacle;
  readonly cause: CoolingCause | undefined;
}

/** One request's use of one credential and endpoint, until `release`. */
export interface Grant {
  readonly slot: Slot;
  readonly endpoint: Endpoint;
  readonly route: SlotRoute;
  /** Counts all grants of this pool. */
  readonly sequence: number;
  readonly epoch: number;
  /** `next-route`: the last attempt failed on its route, and the credential was kept. `probe`: chosen by the admin. */
  readonly reason: 'affinity' | 'next-route' | 'probe' | PoolSettings['strategy'];
  readonly skipped: readonly Skipped[];
  /** Milliseconds in the queue. */
  readonly waited: number;
  /** The request's affinity key, if affinity is enabled. */
  readonly affinityKey: string | undefined;
  open: boolean;
  /** True once the answer has started. */
  answered: boolean;
}

/** A request's arrival, which keeps its position in the queue when it has to request again. */
export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Counts all arrivals. */
  readonly order: number;
  /** True when it had a grant that other replicas' requests made void. */
  readonly isBack: boolean;
}

/** A request in the queue. */
export interface Waiter {
  readonly request: CoreRequest;
  readonly order: number;
  /** Milliseconds since the epoch, like the deadline. */
  arrivedAt: number;
  deadline: number;
}

/** No credential is available before the deadline. */
export interface Refusal {
  /** When one may be available at the earliest, in milliseconds since the epoch; infinity if waiting does not help. */
  readonly availableAt: number;
  readonly request: CoreRequest;
}

export type CoreOutcome =
  | { type: 'success'; cached?: CacheUse | undefined }
  | { type: 'failure'; failure: FailureReport }
  | { type: 'aborted' };
