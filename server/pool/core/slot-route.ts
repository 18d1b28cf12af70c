import { createGate, forgetGate, type Gate, nextChangeOfGate, setGateBack } from './gate.ts';
import type { LearnedLimit } from './learned-limit.ts';

/** The state of one route for one credential. */
export interface SlotRoute {
  readonly name: string;
  readonly gate: Gate;
  /** Gates of the models that the route refused to this credential, by the route's model ids. */
  readonly models: Map<string, Gate>;
  learned: LearnedLimit | undefined;
  inFlight: number;
  /** Until when other replicas use the whole limit; milliseconds since the epoch. */
  fullUntil: number;
}

const maxModels = 64;

export function createSlotRoute(name: string): SlotRoute {
  return { name, gate: createGate(), models: new Map(), learned: undefined, inFlight: 0, fullUntil: 0 };
}

/** True when the route has succeeded for this credential since its last failure. */
export function isProven(route: SlotRoute): boolean {
  return route.gate.streak > 0 && !route.gate.probation;
}

/** The model's gate, created if missing. When there are too many, the one that reopens first is evicted. */
export function modelGateOf(models: Map<string, Gate>, model: string): Gate {
  const known = models.get(model);
  if (known !== undefined) return known;
  if (models.size >= maxModels) {
    let first: string | undefined;
    let until = Number.POSITIVE_INFINITY;
    for (const [name, gate] of models) {
      if (gate.until >= until) continue;
      first = name;
      until = gate.until;
    }
    if (first !== undefined) models.delete(first);
  }
  const gate = createGate();
  models.set(model, gate);
  return gate;
}

/** @param latest the latest grant's sequence number: outcomes of grants up to it no longer count */
export function forgetRoute(route: SlotRoute, latest: number): void {
  forgetGate(route.gate, latest);
  route.models.clear();
  route.learned = undefined;
}

/** The next time after `now` at which a timed state of the route ends; infinity if none. */
export function nextChangeOfRoute({ gate, models, fullUntil }: SlotRoute, now: number): number {
  let next = nextChangeOfGate(gate, now);
  if (fullUntil > now) next = Math.min(next, fullUntil);
  for (const model of models.values()) next = Math.min(next, nextChangeOfGate(model, now));
  return next;
}

export function setRouteBack(route: SlotRoute, by: number): void {
  setGateBack(route.gate, by);
  for (const gate of route.models.values()) setGateBack(gate, by);
  route.fullUntil -= by;
  const { learned } = route;
  if (learned !== undefined) route.learned = { ...learned, learnedAt: learned.learnedAt - by };
}
