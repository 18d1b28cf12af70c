import type { Grant } from './grant.ts';
import { applyRouteFailure, type FailedAttempt, readTrouble } from './outcome.ts';
import type { RouteStandings } from './route-standings.ts';
import type { Slot } from './slot.ts';

/**
 * Takes in a failure that is the route's, for the credential and for all of them.
 *
 * @param inFlight the credential's requests on the route until now, the failed one included
 * @returns whether anything changed for the credential
 */
export function learnOfRoute(
  standings: RouteStandings,
  slots: readonly Slot[],
  { slot, route, endpoint }: Grant,
  attempt: FailedAttempt,
  inFlight: number,
): boolean {
  const trouble = readTrouble(attempt);
  if (trouble === undefined) return false;
  const { aboutModel } = trouble;
  // Too many at once is about this credential's share, and no reason for others to go elsewhere.
  if (trouble.cause !== 'concurrency') {
    standings.fail(slot.settings.id, endpoint, aboutModel, trouble, countUsable(slots));
  }
  return applyRouteFailure(route, aboutModel ? endpoint.upstreamModel : undefined, trouble, inFlight);
}

function countUsable(slots: readonly Slot[]): number {
  let usable = 0;
  for (const { settings, health } of slots) {
    const isOut = health.condition === 'invalid' || health.condition === 'blocked';
    if (settings.enabled && !settings.draining && !isOut) usable += 1;
  }
  return usable;
}
