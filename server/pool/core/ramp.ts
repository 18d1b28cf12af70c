/**
 * Slow start after a cool-down: one request may start, then two more for each that is answered. If all waiting requests
 * started at once, they would cause the same problem again.
 */
export interface Ramp {
  /** Requests that may start now. */
  allowed: number;
  /** Requests answered since the start. */
  answered: number;
  /** Grants up to this sequence number are older than the ramp and were not counted. */
  readonly since: number;
}

/** Something with a cool-down: a credential, one of its routes, or a model on a route. */
export interface Ramped {
  ramp: Ramp | undefined;
}

/** The ramp ends after this many answers. */
const rampAnswers = 32;

/** @param latest the latest grant's sequence number */
export function startRamp(latest: number): Ramp {
  return { allowed: 1, answered: 0, since: latest };
}

export function isRampFull({ ramp }: Ramped): boolean {
  return ramp !== undefined && ramp.allowed <= 0;
}

export function takeFromRamp({ ramp }: Ramped): void {
  if (ramp !== undefined) ramp.allowed -= 1;
}

/** Call when an answer has started. */
export function raiseRamp(ramped: Ramped, sequence: number): void {
  const { ramp } = ramped;
  if (ramp === undefined || sequence <= ramp.since) return;
  ramp.allowed += 2;
  ramp.answered += 1;
  if (ramp.answered >= rampAnswers) ramped.ramp = undefined;
}

/** Call when a request has ended without an answer, so another may start in its place. */
export function giveBackToRamp({ ramp }: Ramped, sequence: number): void {
  if (ramp !== undefined && sequence > ramp.since) ramp.allowed += 1;
}
