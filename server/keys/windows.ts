import type { Counter } from '../shared-state/shared-state.ts';
import type { ApiKey } from './key.ts';
import { LimitFailure, type WindowState } from './limit-failure.ts';

export type { WindowStates } from './limit-failure.ts';

/** Counts per minute. The counter only counts; the limit is compared here. */
export type WindowCounter = Pick<Counter, 'penalty' | 'reward'>;

/** An amount that was taken from a per-minute limit. */
export interface TakenAmount {
  readonly state: WindowState;
  /** Corrects the estimate: counts the excess, or returns the rest while the minute lasts. */
  correct(actual: number): void;
}

/**
 * Takes an amount from a per-minute limit.
 *
 * @param amount requests or estimated tokens
 * @throws LimitFailure `rate-limited` if less is left; then nothing was taken
 */
export async function takeFromWindow(
  counter: WindowCounter,
  key: ApiKey,
  name: 'requests' | 'tokens',
  limit: number,
  amount: number,
): Promise<TakenAmount> {
  const { consumedPoints, msBeforeNext } = await counter.penalty(key.id, amount);
  const state = { limit, remaining: Math.max(0, limit - consumedPoints), resetMilliseconds: msBeforeNext };
  if (consumedPoints > limit) {
    await counter.reward(key.id, amount);
    const used = Math.min(limit, consumedPoints - amount);
    throw new LimitFailure(
      'rate-limited',
      `Rate limit reached for the API key ${key.masked} on ${name} per minute: ` +
        `Limit ${limit}, Used ${used}, Requested ${amount}.`,
      { retryAfterSeconds: msBeforeNext / 1000 },
      { [name]: { ...state, remaining: limit - used } },
    );
  }
  const end = Date.now() + msBeforeNext;
  return {
    state,
    correct(actual) {
      if (actual > amount) counter.penalty(key.id, actual - amount);
      else if (actual < amount && Date.now() < end) counter.reward(key.id, amount - actual);
    },
  };
}
