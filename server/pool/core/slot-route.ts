import { createGate, forgetGate, type Gate, nextChangeOfGate, setGateBack } from './gate.ts';
import type { LearnedLimit } from './learned-limit.ts';

/** One credential's use of one route. */
export interface SlotRoute {
  readonly name: string;
  readonly gate: Gate;
  /** Models that the route refused to this credential, by the ids that the route knows. */
  readonly models: Map<string, Gate>;
  learned: LearnedLimit | undefined;
  inFlight: number;
  /** Until then the other replicas have filled it to its limit; milliseconds since the epoch. */
  fullUntil: number;
}

const MAX_MODELS = 64;

export function createSlotRoute(name: string): SlotRoute {
  return { name, gate: createGate(), models: new Map(), learned: undefined, inFlight: 0, fullUntil: 0 };
}

/** The route has answered this credential well since it last failed. */
export function isProven(route: SlotRoute): boolean {
  return route.gate.streak > 0 && !route.gate.probation;
}

/** The model's gate, made if there is none; the one that opens first makes room when there are too many. */
export function modelGateOf(models: Map<string, Gate>, model: string): Gate {
  const known = models.get(model);
  if (known !== undefined) return known;
  if (models.size >= MAX_MODELS) {
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

/** @param latest number of the latest grant so far: what began before says nothing any more */
export function forgetRoute(route: SlotRoute, latest: number): void {
  forgetGate(route.gate, latest);
  route.models.clear();
  route.learned = undefined;
}

/** The next time after `now` at which time alone changes what the route takes; infinity if none. */
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
