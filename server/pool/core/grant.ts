import type { PoolSettings } from '../../settings/settings.ts';
import type { Demand, Obstacle } from './availability.ts';
import type { FailureReport } from './outcome.ts';
import type { CoolingCause, Slot } from './slot.ts';

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
  readonly obstacle: Obstacle;
  readonly cause: CoolingCause | undefined;
}

/** One request's use of one credential, from `request` or the queue until its `release`. */
export interface Grant {
  readonly slot: Slot;
  readonly model: string;
  /** Counts all grants of this core. */
  readonly sequence: number;
  readonly epoch: number;
  readonly reason: 'affinity' | PoolSettings['strategy'];
  readonly skipped: readonly Skipped[];
  /** Milliseconds in the queue. */
  readonly waited: number;
  open: boolean;
}

/** A request in the queue. */
export interface Waiter {
  readonly request: CoreRequest;
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

export type CoreOutcome = { type: 'success' } | { type: 'failure'; failure: FailureReport } | { type: 'aborted' };
