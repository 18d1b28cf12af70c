import type { PoolSettings } from '../../settings/settings.ts';
import type { Demand } from './availability.ts';
import type { Slot } from './slot.ts';
import { isProven } from './slot-route.ts';

/** The pool settings used to choose between credentials. */
export type ChoiceSettings = Pick<PoolSettings, 'strategy' | 'credits'>;

/** Credit shares that differ by no more than this count as equal. */
const creditsTolerance = 0.02;

/**
 * Chooses one of the credentials that can take the request.
 *
 * @param candidates at least one, in pool order, each with its endpoint index set; filtered in place
 * @param demand after a failed attempt, credentials that recently succeeded are preferred
 * @param familiar the credential that the conversation used last; preferred if possible
 * @param cachedTokens tokens of the conversation's prompt that are cached there
 */
export function choose(
  candidates: Slot[],
  settings: ChoiceSettings,
  demand: Demand,
  familiar: Slot | undefined,
  cachedTokens = 0,
): Slot | undefined {
  if (candidates.length > 1 && demand.exclude.size > 0)
    keepIfAny(candidates, (slot) => hasProvenEndpoint(slot, demand));
  if (candidates.length > 1) dropCongested(candidates, settings.strategy, familiar, extraQueueFor(cachedTokens));
  if (candidates.length < 2) return candidates[0];
  if (familiar !== undefined && !familiar.health.probation && candidates.includes(familiar)) return familiar;
  if (settings.strategy === 'weighted') return nextByWeight(candidates);
  if (settings.strategy === 'least-busy') keepLeastBusy(candidates);
  if (settings.credits !== 'ignore') keepByCredits(candidates, settings.credits);
  return nextInTurn(candidates);
}

function hasProvenEndpoint(slot: Slot, { endpoints }: Demand): boolean {
  if (!slot.proven || slot.health.probation) return false;
  const route = slot.routes.get(endpoints[slot.endpointIndex]?.route ?? '');
  return route !== undefined && isProven(route);
}

/** Filters the list in place, unless nothing would be left. */
function keepIfAny(candidates: Slot[], fits: (slot: Slot) => boolean): void {
  let kept = 0;
  for (const slot of candidates) if (fits(slot)) candidates[kept++] = slot;
  if (kept > 0) candidates.length = kept;
}

/** Prompt tokens that cost about as much to read again as waiting behind one more request. */
const tokensPerQueuedRequest = 4000;
const maxExtraQueue = 8;

/** How many extra requests a conversation may wait behind to keep its cache. */
function extraQueueFor(cachedTokens: number): number {
  return Math.min(maxExtraQueue, Math.floor(cachedTokens / tokensPerQueuedRequest));
}

/**
 * Drops credentials with more than twice their share of the requests in flight: answers are slow or missing there, and
 * further requests would only wait as well.
 *
 * @param patience how many more requests may be in flight on the conversation's last credential
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

/** Round robin: the least recently used credential. This stays exact when credentials are added or removed. */
function nextInTurn(candidates: readonly Slot[]): Slot | undefined {
  let next = candidates[0];
  for (const slot of candidates) if (next === undefined || slot.turn < next.turn) next = slot;
  return next;
}

/** Smooth weighted round robin, as in nginx: exact shares without runs of the same credential. */
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
  keepIfAny(candidates, (slot) => slot.inFlight === least);
}

/** Keeps those with the most credits left, or with the fewest above zero. Those with unknown credits always stay. */
function keepByCredits(candidates: Slot[], guidance: 'spread' | 'drain-first'): void {
  if (guidance === 'drain-first') keepIfAny(candidates, ({ creditsLeft }) => creditsLeft !== 0);
  let best: number | undefined;
  for (const { creditsLeft } of candidates) {
    if (creditsLeft === undefined) continue;
    if (best === undefined || (guidance === 'spread' ? creditsLeft > best : creditsLeft < best)) best = creditsLeft;
  }
  if (best === undefined) return;
  const most = best;
  keepIfAny(
    candidates,
    ({ creditsLeft }) => creditsLeft === undefined || Math.abs(creditsLeft - most) <= creditsTolerance,
  );
}
