/**
 * How many requests at once the upstream was seen to bear, when it refused more: additive increase, multiplicative
 * decrease, as TCP finds its window.
 */
export interface LearnedLimit {
  /** Fractional; its whole part is the limit. */
  readonly limit: number;
  /** Requests in flight when the upstream refused one. */
  readonly refusedAt: number;
  /** Milliseconds since the epoch. */
  readonly learnedAt: number;
}

const DECREASE = 0.7;
/** At limit 2, twenty successes at full load raise it by one. */
const INCREASE = 0.1;
const FORGOTTEN_AFTER = 3_600_000;

/** @param inFlight requests in flight when one was refused, the refused one included */
export function lowerLimit(previous: LearnedLimit | undefined, inFlight: number, now: number): LearnedLimit {
  const borne = Math.min(inFlight, previous === undefined ? inFlight : Math.max(1, Math.floor(previous.limit)));
  return { limit: Math.max(1, Math.floor(borne * DECREASE)), refusedAt: inFlight, learnedAt: now };
}

/**
 * After a success: one at full load is evidence for more. A limit is forgotten when it has risen well above where the
 * refusal was, or when the refusal is an hour ago.
 *
 * @param inFlight requests in flight until now, the successful one included
 */
export function raiseLimit(learned: LearnedLimit, inFlight: number, now: number): LearnedLimit | undefined {
  if (now - learned.learnedAt >= FORGOTTEN_AFTER) return undefined;
  if (inFlight < Math.floor(learned.limit)) return learned;
  const limit = learned.limit + INCREASE / learned.limit;
  return limit > 2 * learned.refusedAt + 2 ? undefined : { ...learned, limit };
}
