import type { Endpoint } from './endpoint.ts';
import {
  createGate,
  endProbation,
  type Gate,
  isBarred,
  nextChangeOfGate,
  passGate,
  type RouteFailure,
  setGateBack,
  shutGate,
} from './gate.ts';

/** The combined experience of all credentials with a route, or with one model on it. */
interface Standing {
  /** Shut while the credentials agree that it fails. */
  readonly gate: Gate;
  /** Ids of the credentials it failed for since its last success. */
  readonly failed: Set<string>;
}

interface RouteStanding extends Standing {
  readonly models: Map<string, Standing>;
}

/** An endpoint that fails for this many credentials in a row is treated as failing for all. */
const agreeingCredentials = 3;
/** Maximum models per route; the one that failed longest ago is evicted first. */
const maxModels = 256;

/**
 * The health of routes across all credentials. A route that failed for several credentials without a success since is
 * in doubt for all of them: requests use it last, except for one trial request when its time has come.
 */
export class RouteStandings {
  readonly #routes = new Map<string, RouteStanding>();

  /** Whether other endpoints should be preferred. */
  isDoubtful({ route, upstreamModel }: Endpoint, now: number): boolean {
    if (this.#routes.size === 0) return false;
    const standing = this.#routes.get(route);
    if (standing === undefined) return false;
    if (isBarred(standing.gate, now, false)) return true;
    const model = standing.models.get(upstreamModel);
    return model !== undefined && isBarred(model.gate, now, false);
  }

  /**
   * @param aboutModel whether it failed for this model only
   * @param usable how many credentials are in use
   */
  fail(credentialId: string, endpoint: Endpoint, aboutModel: boolean, failure: RouteFailure, usable: number): void {
    const route = this.#standingOf(endpoint.route);
    const standing = aboutModel ? modelStandingOf(route, endpoint.upstreamModel) : route;
    standing.failed.add(credentialId);
    if (standing.failed.size < Math.min(agreeingCredentials, usable)) return;
    // A retry delay applies only to the credential that received it.
    shutGate(standing.gate, { ...failure, retryAfterSeconds: undefined });
  }

  /** Records a success. @returns whether the endpoint was in doubt */
  pass(endpoint: Endpoint, sequence: number): boolean {
    const standing = this.#routes.get(endpoint.route);
    if (standing === undefined) return false;
    const model = standing.models.get(endpoint.upstreamModel);
    const modelWasInDoubt = model !== undefined && clear(model, sequence);
    return clear(standing, sequence) || modelWasInDoubt;
  }

  /** Records that a request started. If the endpoint is in doubt, this request is the trial. */
  begin(endpoint: Endpoint, sequence: number): void {
    for (const gate of this.#gatesOf(endpoint)) if (gate.probation) gate.trial ??= sequence;
  }

  answered(endpoint: Endpoint, sequence: number): void {
    for (const gate of this.#gatesOf(endpoint)) endProbation(gate, sequence);
  }

  end(endpoint: Endpoint, sequence: number): void {
    for (const gate of this.#gatesOf(endpoint)) if (gate.trial === sequence) gate.trial = undefined;
  }

  /** The next time after `now` at which an endpoint's doubt may end; infinity if none. */
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
    if (standing === undefined) return noGates;
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

const noGates: readonly Gate[] = [];

/** @returns whether the endpoint was in doubt */
function clear({ gate, failed }: Standing, sequence: number): boolean {
  if (sequence <= gate.failedSequence) return false;
  const wasInDoubt = gate.probation;
  failed.clear();
  passGate(gate, sequence);
  return wasInDoubt;
}

function modelStandingOf({ models }: RouteStanding, model: string): Standing {
  const standing = models.get(model) ?? { gate: createGate(), failed: new Set<string>() };
  // Re-inserting moves the entry to the end of the eviction order.
  models.delete(model);
  models.set(model, standing);
  if (models.size > maxModels) {
    for (const oldest of models.keys()) {
      models.delete(oldest);
      break;
    }
  }
  return standing;
}
