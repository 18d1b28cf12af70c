import type { PoolSettings } from '../../settings/settings.ts';
import type { Demand } from './availability.ts';
import type { Slot } from './slot.ts';
import { isProven } from './slot-route.ts';

/** The part of the pool's settings that decides between credentials. */
export type ChoiceSettings = Pick<PoolSettings, 'strategy' | 'credits'>;

/** Credentials whose credits differ by less than this share of the whole are equals. */
const CREDITS_TIE = 0.02;

/**
 * The credential to take out of those that can.
 *
 * @param candidates at least one, in the pool's order, each with its offer; reordered and cut in place
 * @param demand when the exchange has failed elsewhere, those that have proved themselves are preferred
 * @param familiar where the conversation was last: taken unless something speaks against it
 * @param cachedTokens those of the conversation's prompt that are in the cache there
 */
export function choose(
  candidates: Slot[],
  settings: ChoiceSettings,
  demand: Demand,
  familiar: Slot | undefined,
  cachedTokens = 0,
): Slot | undefined {
  if (candidates.length > 1 && demand.exclude.size > 0) keep(candidates, (slot) => isProvenOffer(slot, demand));
  if (candidates.length > 1) dropCongested(candidates, settings.strategy, familiar, worthWaitingBehind(cachedTokens));
  if (candidates.length < 2) return candidates[0];
  if (familiar !== undefined && !familiar.health.probation && candidates.includes(familiar)) return familiar;
  if (settings.strategy === 'weighted') return nextByWeight(candidates);
  if (settings.strategy === 'least-busy') keepLeastBusy(candidates);
  if (settings.credits !== 'ignore') keepByCredits(candidates, settings.credits);
  return nextInTurn(candidates);
}

function isProvenOffer(slot: Slot, { endpoints }: Demand): boolean {
  if (!slot.proven || slot.health.probation) return false;
  const route = slot.routes.get(endpoints[slot.offer]?.route ?? '');
  return route !== undefined && isProven(route);
}

/** Cuts the list down to those that fit, unless none does. */
function keep(candidates: Slot[], fits: (slot: Slot) => boolean): void {
  let kept = 0;
  for (const slot of candidates) if (fits(slot)) candidates[kept++] = slot;
  if (kept > 0) candidates.length = kept;
}

/** Reading a prefix of this many tokens again costs about as much time and money as waiting behind one more request. */
const TOKENS_PER_REQUEST = 4000;
const MOST_BEHIND = 8;

/** Behind how many more requests a conversation may queue for its cache. */
function worthWaitingBehind(cachedTokens: number): number {
  return Math.min(MOST_BEHIND, Math.floor(cachedTokens / TOKENS_PER_REQUEST));
}

/**
 * Leaves out what carries more than twice its share of the requests in flight: answers take long there or never come,
 * and requests sent after them would only join the wait.
 *
 * @param patience how many requests more may be in flight where the conversation was last
 */
function dropCongested(
  candidates: Slot[],
  strategy: ChoiceSettings['strategy'],
  familiar: Slot | undefined,
  patience: number,
): void {
  let inFlight = 0;
  let shares = 0;
  for (const slot of candidates) {
    inFlight += slot.inFlight;
    shares += strategy === 'weighted' ? slot.settings.weight : 1;
  }
  if (inFlight < 3 || shares === 0) return;
  let kept = 0;
  for (const slot of candidates) {
    const share = strategy === 'weighted' ? slot.settings.weight : 1;
    const extra = slot === familiar ? patience : 0;
    if (slot.inFlight <= 2 + extra + (2 * inFlight * share) / shares) candidates[kept++] = slot;
  }
  if (kept > 0) candidates.length = kept;
}

/** Round robin as "the one whose last turn is longest ago": exact also when credentials come and go. */
function nextInTurn(candidates: readonly Slot[]): Slot | undefined {
  let next = candidates[0];
  for (const slot of candidates) if (next === undefined || slot.turn < next.turn) next = slot;
  return next;
}

/** Smooth weighted round robin, as in nginx: exact shares, and no runs of the same credential. */
function nextByWeight(candidates: readonly Slot[]): Slot | undefined {
  let total = 0;
  let next: Slot | undefined;
  for (const slot of candidates) {
    const { weight } = slot.settings;
    if (weight === 0) continue;
    total += weight;
    slot.balance += weight;
    if (next === undefined || slot.balance > next.balance) next = slot;
  }
  if (next === undefined) return nextInTurn(candidates);
  next.balance -= total;
  return next;
}

function keepLeastBusy(candidates: Slot[]): void {
  let least = Number.POSITIVE_INFINITY;
  for (const slot of candidates) if (slot.inFlight < least) least = slot.inFlight;
  keep(candidates, (slot) => slot.inFlight === least);
}

/** Keeps those with the most credits left, or the fewest but some; those of which nothing is known stay. */
function keepByCredits(candidates: Slot[], guidance: 'spread' | 'drain-first'): void {
  if (guidance === 'drain-first') keep(candidates, ({ creditsLeft }) => creditsLeft !== 0);
  let best: number | undefined;
  for (const { creditsLeft } of candidates) {
    if (creditsLeft === undefined) continue;
    if (best === undefined || (guidance === 'spread' ? creditsLeft > best : creditsLeft < best)) best = creditsLeft;
  }
  if (best === undefined) return;
  const most = best;
  keep(candidates, ({ creditsLeft }) => creditsLeft === undefined || Math.abs(creditsLeft - most) <= CREDITS_TIE);
}
