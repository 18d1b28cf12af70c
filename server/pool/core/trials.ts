import type { Endpoint } from './endpoint.ts';
import { allowTrialNow, endProbation, type Gate } from './gate.ts';
import type { Grant } from './grant.ts';
import { giveBackToRamp, type Ramped, raiseRamp, takeFromRamp } from './ramp.ts';
import type { RouteStandings } from './route-standings.ts';
import type { Slot } from './slot.ts';
import type { SlotRoute } from './slot-route.ts';

/** The grant's credential, route and model, each of which may have a ramp. */
function rampedOf({ slot, route, endpoint }: Grant): readonly Ramped[] {
  const model = modelGate(route, endpoint);
  return model === undefined ? [slot, route.gate] : [slot, route.gate, model];
}

/** Call when the grant's answer has started, so more requests may follow. */
export function raiseRamps(grant: Grant): void {
  for (const ramped of rampedOf(grant)) raiseRamp(ramped, grant.sequence);
}

/** Call when the grant ended without an answer. */
export function giveBackToRamps(grant: Grant): void {
  for (const ramped of rampedOf(grant)) giveBackToRamp(ramped, grant.sequence);
}

/** Makes the grant the trial of its credential, route and model where they are on probation. */
export function beginTrials(grant: Grant, standings: RouteStandings): void {
  const { slot, route, endpoint, sequence } = grant;
  for (const ramped of rampedOf(grant)) takeFromRamp(ramped);
  if (slot.health.probation) slot.trial = sequence;
  if (route.gate.probation) route.gate.trial = sequence;
  const model = modelGate(route, endpoint);
  if (model?.probation) model.trial = sequence;
  standings.begin(endpoint, sequence);
}

/** Call when the grant has ended in any way, so another trial may start. */
export function endTrials({ slot, route, endpoint, sequence }: Grant, standings: RouteStandings): void {
  if (slot.trial === sequence) slot.trial = undefined;
  if (route.gate.trial === sequence) route.gate.trial = undefined;
  const model = modelGate(route, endpoint);
  if (model?.trial === sequence) model.trial = undefined;
  standings.end(endpoint, sequence);
}

/** Call when the grant's answer has started, so its route takes more than one request. */
export function endRouteProbation({ route, endpoint, sequence }: Grant, standings: RouteStandings): void {
  endProbation(route.gate, sequence);
  const model = modelGate(route, endpoint);
  if (model !== undefined) endProbation(model, sequence);
  standings.answered(endpoint, sequence);
}

/** Lets every credential try an endpoint at once, because it works again after it was in doubt for all. */
export function allowTrialsNow(slots: readonly Slot[], { route, upstreamModel }: Endpoint, now: number): void {
  for (const slot of slots) {
    const known = slot.routes.get(route);
    if (known === undefined) continue;
    allowTrialNow(known.gate, now);
    const model = known.models.get(upstreamModel);
    if (model !== undefined) allowTrialNow(model, now);
  }
}

function modelGate({ models }: SlotRoute, { upstreamModel }: Endpoint): Gate | undefined {
  return models.size === 0 ? undefined : models.get(upstreamModel);
}
