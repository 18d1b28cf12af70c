/**
 * The concurrency limit learned from the upstream's refusals: additive increase, multiplicative decrease, like TCP's
 * congestion window.
 */
export interface LearnedLimit {
  /** Fractional; the limit is the integer part. */
  readonly limit: number;
  /** Requests in flight when the upstream refused one. */
  readonly refusedAt: number;
  /** Milliseconds since the epoch. */
  readonly learnedAt: number;
}

const decreaseFactor = 0.7;
/** With a limit of 2, twenty successes at full load raise it by one. */
const increaseStep = 0.1;
const limitLifetime = 3_600_000;

/** @param inFlight requests in flight at the refusal, including the refused one */
export function lowerLimit(previous: LearnedLimit | undefined, inFlight: number, now: number): LearnedLimit {
  const accepted = Math.min(inFlight, previous === undefined ? inFlight : Math.max(1, Math.floor(previous.limit)));
  return { limit: Math.max(1, Math.floor(accepted * decreaseFactor)), refusedAt: inFlight, learnedAt: now };
}

/**
 * Raises the limit after a success at full load. The limit is dropped when it has risen well above the point of the
 * refusal, or an hour after the refusal.
 *
 * @param inFlight requests in flight, including the successful one
 */
export function raiseLimit(learned: LearnedLimit, inFlight: number, now: number): LearnedLimit | undefined {
  if (now - learned.learnedAt >= limitLifetime) return undefined;
  if (inFlight < Math.floor(learned.limit)) return learned;
  const limit = learned.limit + increaseStep / learned.limit;
  return limit > 2 * learned.refusedAt + 2 ? undefined : { ...learned, limit };
}
