import { Failure, type FailureKind, type FailureOptions } from '../conversation/failure.ts';

/** The state of a per-minute limit. */
export interface WindowState {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the window restarts. */
  readonly resetMilliseconds: number;
}

/** The states of a key's per-minute limits; absent for unlimited. */
export interface WindowStates {
  readonly requests?: WindowState;
  readonly tokens?: WindowState;
}

/** A request rejected by a key's limits, with their states. */
export class LimitFailure extends Failure {
  readonly limits: WindowStates;

  constructor(kind: FailureKind, publicMessage: string, options: FailureOptions, limits: WindowStates = {}) {
    super(kind, publicMessage, { fault: 'request', ...options });
    this.limits = limits;
  }
}
