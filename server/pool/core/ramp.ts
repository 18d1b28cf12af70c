/**
 * How many requests may go once a cool-down is over: one, then two for each that is answered. Those that waited for its end
 * would bring the same trouble again if they all went at once.
 */
export interface Ramp {
  /** Requests that may begin now. */
  allowed: number;
  /** Requests that were answered since. */
  answered: number;
  /** Grants up to this number began before it, and took nothing from it. */
  readonly since: number;
}

/** Something that can cool down: a credential, one of its routes, or a model on a route. */
export interface Ramped {
  ramp: Ramp | undefined;
}

/** Answers after which the ramp ends. */
const RAMP_ANSWERS = 32;

/** @param latest number of the latest grant so far */
export function startRamp(latest: number): Ramp {
  return { allowed: 1, answered: 0, since: latest };
}

export function isRampFull({ ramp }: Ramped): boolean {
  return ramp !== undefined && ramp.allowed <= 0;
}

export function takeFromRamp({ ramp }: Ramped): void {
  if (ramp !== undefined) ramp.allowed -= 1;
}

/** An answer has begun to come through. */
export function raiseRamp(ramped: Ramped, sequence: number): void {
  const { ramp } = ramped;
  if (ramp === undefined || sequence <= ramp.since) return;
  ramp.allowed += 2;
  ramp.answered += 1;
  if (ramp.answered >= RAMP_ANSWERS) ramped.ramp = undefined;
}

/** A request has ended without an answer: another may go in its place. */
export function giveBackToRamp({ ramp }: Ramped, sequence: number): void {
  if (ramp !== undefined && sequence > ramp.since) ramp.allowed += 1;
}
