import type { Endpoint } from './endpoint.ts';
import {
  createGate,
  easeGate,
  type Gate,
  isBarred,
  nextChangeOfGate,
  passGate,
  setGateBack,
  shutGate,
  type Trouble,
} from './gate.ts';

/** What the credentials together found of a route, or of one model on it. */
interface Standing {
  /** Shut while they agree that it fails. */
  readonly gate: Gate;
  /** Ids of the credentials that it failed since it last answered one of them. */
  readonly failed: Set<string>;
}

interface RouteStanding extends Standing {
  readonly models: Map<string, Standing>;
}

/** When this many credentials fail in a row, the endpoint counts as failing for all. */
const AGREEING = 3;
/** Models of one route; what failed longest ago is forgotten first. */
const MAX_MODELS = 256;

/**
 * What is known of routes beyond any single credential. A route that failed for several credentials and answered none
 * since is in doubt for all of them: requests turn to it last, but for one that tries it when its time has come.
 */
export class RouteStandings {
  readonly #routes = new Map<string, RouteStanding>();

  /** Whether the request should rather go by another endpoint. */
  isDoubtful({ route, upstreamModel }: Endpoint, now: number): boolean {
    if (this.#routes.size === 0) return false;
    const standing = this.#routes.get(route);
    if (standing === undefined) return false;
    if (isBarred(standing.gate, now, false)) return true;
    const model = standing.models.get(upstreamModel);
    return model !== undefined && isBarred(model.gate, now, false);
  }

  /**
   * @param aboutModel it failed for this model only
   * @param usable how many credentials there are to agree
   */
  fail(credentialId: string, endpoint: Endpoint, aboutModel: boolean, trouble: Trouble, usable: number): void {
    const route = this.#standingOf(endpoint.route);
    const standing = aboutModel ? modelStandingOf(route, endpoint.upstreamModel) : route;
    standing.failed.add(credentialId);
    if (standing.failed.size < Math.min(AGREEING, usable)) return;
    // What one credential was told to wait does not hold for the others.
    shutGate(standing.gate, { ...trouble, retryAfterSeconds: undefined });
  }

  /** It answered a credential. @returns whether it was in doubt before */
  pass(endpoint: Endpoint, sequence: number): boolean {
    const standing = this.#routes.get(endpoint.route);
    if (standing === undefined) return false;
    const model = standing.models.get(endpoint.upstreamModel);
    const modelWasInDoubt = model !== undefined && clear(model, sequence);
    return clear(standing, sequence) || modelWasInDoubt;
  }

  /** A request is on its way; where the endpoint is in doubt, it is the one that tries it. */
  begin(endpoint: Endpoint, sequence: number): void {
    for (const gate of this.#gatesOf(endpoint)) if (gate.probation) gate.trial ??= sequence;
  }

  answered(endpoint: Endpoint, sequence: number): void {
    for (const gate of this.#gatesOf(endpoint)) easeGate(gate, sequence);
  }

  end(endpoint: Endpoint, sequence: number): void {
    for (const gate of this.#gatesOf(endpoint)) if (gate.trial === sequence) gate.trial = undefined;
  }

  /** The next time after `now` at which time alone ends a doubt; infinity if none. */
  nextChange(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { gate, models } of this.#routes.values()) {
      next = Math.min(next, nextChangeOfGate(gate, now));
      for (const model of models.values()) next = Math.min(next, nextChangeOfGate(model.gate, now));
    }
    return next;
  }

  setBack(by: number): void {
    for (const { gate, models } of this.#routes.values()) {
      setGateBack(gate, by);
      for (const model of models.values()) setGateBack(model.gate, by);
    }
  }

  forget(): void {
    this.#routes.clear();
  }

  #gatesOf({ route, upstreamModel }: Endpoint): readonly Gate[] {
    const standing = this.#routes.size === 0 ? undefined : this.#routes.get(route);
    if (standing === undefined) return NO_GATES;
    const model = standing.models.get(upstreamModel);
    return model === undefined ? [standing.gate] : [standing.gate, model.gate];
  }

  #standingOf(route: string): RouteStanding {
    const known = this.#routes.get(route);
    if (known !== undefined) return known;
    const standing = { gate: createGate(), failed: new Set<string>(), models: new Map<string, Standing>() };
    this.#routes.set(route, standing);
    return standing;
  }
}

const NO_GATES: readonly Gate[] = [];

/** @returns whether it was in doubt */
function clear({ gate, failed }: Standing, sequence: number): boolean {
  if (sequence <= gate.failedSequence) return false;
  const wasInDoubt = gate.probation;
  failed.clear();
  passGate(gate, sequence);
  return wasInDoubt;
}

function modelStandingOf({ models }: RouteStanding, model: string): Standing {
  const standing = models.get(model) ?? { gate: createGate(), failed: new Set<string>() };
  // Set again to become the youngest.
  models.delete(model);
  models.set(model, standing);
  if (models.size > MAX_MODELS) {
    for (const oldest of models.keys()) {
      models.delete(oldest);
      break;
    }
  }
  return standing;
}
