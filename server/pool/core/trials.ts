import type { Endpoint } from './endpoint.ts';
import { easeGate, type Gate, hurryGate } from './gate.ts';
import type { Grant } from './grant.ts';
import { giveBackToRamp, type Ramped, raiseRamp, takeFromRamp } from './ramp.ts';
import type { RouteStandings } from './route-standings.ts';
import type { Slot } from './slot.ts';
import type { SlotRoute } from './slot-route.ts';

/** The credential, route and model of the grant, which may have been cooling down. */
function rampedOf({ slot, route, endpoint }: Grant): readonly Ramped[] {
  const model = modelGate(route, endpoint);
  return model === undefined ? [slot, route.gate] : [slot, route.gate, model];
}

/** The grant's answer has begun: more may go where it went. */
export function raiseRamps(grant: Grant): void {
  for (const ramped of rampedOf(grant)) raiseRamp(ramped, grant.sequence);
}

/** The grant ended without an answer. */
export function giveBackToRamps(grant: Grant): void {
  for (const ramped of rampedOf(grant)) giveBackToRamp(ramped, grant.sequence);
}

/** Makes the grant the one trial of whatever it meets that is on probation. */
export function beginTrials(grant: Grant, standings: RouteStandings): void {
  const { slot, route, endpoint, sequence } = grant;
  for (const ramped of rampedOf(grant)) takeFromRamp(ramped);
  if (slot.health.probation) slot.trial = sequence;
  if (route.gate.probation) route.gate.trial = sequence;
  const model = modelGate(route, endpoint);
  if (model?.probation) model.trial = sequence;
  standings.begin(endpoint, sequence);
}

/** The grant has ended, whatever way: another one may try. */
export function endTrials({ slot, route, endpoint, sequence }: Grant, standings: RouteStandings): void {
  if (slot.trial === sequence) slot.trial = undefined;
  if (route.gate.trial === sequence) route.gate.trial = undefined;
  const model = modelGate(route, endpoint);
  if (model?.trial === sequence) model.trial = undefined;
  standings.end(endpoint, sequence);
}

/** The grant's answer has begun: more than one request may go by its route. */
export function easeGates({ route, endpoint, sequence }: Grant, standings: RouteStandings): void {
  easeGate(route.gate, sequence);
  const model = modelGate(route, endpoint);
  if (model !== undefined) easeGate(model, sequence);
  standings.answered(endpoint, sequence);
}

/** An endpoint that was in doubt for all works again: each credential may try it at once. */
export function hurryGates(slots: readonly Slot[], { route, upstreamModel }: Endpoint, now: number): void {
  for (const slot of slots) {
    const known = slot.routes.get(route);
    if (known === undefined) continue;
    hurryGate(known.gate, now);
    const model = known.models.get(upstreamModel);
    if (model !== undefined) hurryGate(model, now);
  }
}

function modelGate({ models }: SlotRoute, { upstreamModel }: Endpoint): Gate | undefined {
  return models.size === 0 ? undefined : models.get(upstreamModel);
}
