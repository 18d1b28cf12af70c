import type { Grant } from './grant.ts';
import { applyRouteFailure, type FailedAttempt, readRouteFailure } from './outcome.ts';
import type { RouteStandings } from './route-standings.ts';
import type { Slot } from './slot.ts';

/**
 * Applies a route failure, for the credential and for all credentials together.
 *
 * @param inFlight the credential's requests in flight on the route, including the failed one
 * @returns whether anything changed for the credential
 */
export function recordRouteFailure(
  standings: RouteStandings,
  slots: readonly Slot[],
  { slot, route, endpoint }: Grant,
  attempt: FailedAttempt,
  inFlight: number,
): boolean {
  const failure = readRouteFailure(attempt);
  if (failure === undefined) return false;
  const { aboutModel } = failure;
  // A concurrency limit concerns this credential only. The others need not avoid the route.
  if (failure.cause !== 'concurrency') {
    standings.fail(slot.settings.id, endpoint, aboutModel, failure, countUsable(slots));
  }
  return applyRouteFailure(route, aboutModel ? endpoint.upstreamModel : undefined, failure, inFlight);
}

function countUsable(slots: readonly Slot[]): number {
  let usable = 0;
  for (const { settings, health } of slots) {
    const isOut = health.condition === 'invalid' || health.condition === 'blocked';
    if (settings.enabled && !settings.draining && !isOut) usable += 1;
  }
  return usable;
}
