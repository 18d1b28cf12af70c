import { Failure, type FailureKind, type FailureOptions } from '../conversation/failure.ts';

/** How a limit per minute stands. */
export interface WindowState {
  readonly limit: number;
  readonly remaining: number;
  /** Until the window restarts. */
  readonly resetMilliseconds: number;
}

/** How the limits per minute of a key stand; absent where there is none. */
export interface WindowStates {
  readonly requests?: WindowState;
  readonly tokens?: WindowState;
}

/** A refusal by a key's limits, with how they stand. */
export class LimitFailure extends Failure {
  readonly limits: WindowStates;

  constructor(kind: FailureKind, publicMessage: string, options: FailureOptions, limits: WindowStates = {}) {
    super(kind, publicMessage, { fault: 'request', ...options });
    this.limits = limits;
  }
}
