import { Failure, type FailureKind, type FailureOptions } from '../conversation/failure.ts';
import { limitOf } from './core/availability.ts';
import type { CoolingCause } from './core/cool-down.ts';
import type { Endpoint } from './core/endpoint.ts';
import { isShut } from './core/gate.ts';
import type { Refusal } from './core/grant.ts';
import type { PoolCore } from './core/pool-core.ts';
import { conditionAt, type Slot } from './core/slot.ts';
import type { TriedEndpoints } from './core/tried-endpoints.ts';

/**
 * The pool has no credential for a request. An exchange that has made attempts reports the last one's failure
 * instead: what went wrong says more than that nothing else is left.
 */
export class PoolExhausted extends Failure {}

/** A refusal in words for the client: counts and times, never whose credentials; or what the routes themselves said of late. */
export function describeRefusal(refusal: Refusal, core: PoolCore, now: number): Failure {
  const { slots } = core;
  if (slots.length === 0) {
    return new PoolExhausted(
      'overloaded',
      'No credential is configured. Add one in the console at /admin/credentials.',
      {
        reason: 'no-credential',
      },
    );
  }
  const { wayOut, request } = refusal;
  if (wayOut === Number.POSITIVE_INFINITY) {
    const refused = findRouteRefusal(slots, request.endpoints, now);
    if (refused !== undefined) return refused;
    return new PoolExhausted(
      'overloaded',
      `No credential can take the request: ${countConditions(refusal, slots, now)}.`,
    );
  }
  const retryAfterSeconds = Math.max(1, Math.ceil((wayOut - now) / 1000));
  const options: FailureOptions = { retryAfterSeconds };
  const kind = kindOf(core.hopeful(request, now), request.endpoints, now);
  return new PoolExhausted(kind, `${sentences[kind]} Try again in ${retryAfterSeconds} s.`, options);
}

/** The latest failure of the routes when all of them refuse: trying again would give the same answer. */
function findRouteRefusal(slots: readonly Slot[], endpoints: readonly Endpoint[], now: number): Failure | undefined {
  for (const slot of slots) {
    const { enabled, draining } = slot.settings;
    if (!enabled || draining || conditionAt(slot.health, now) !== 'ready') continue;
    for (const { route, upstreamModel } of endpoints) {
      const known = slot.routes.get(route);
      for (const gate of [known?.models.get(upstreamModel), known?.gate]) {
        if (gate !== undefined && isShut(gate, now) && gate.report instanceof Failure) return gate.report;
      }
    }
  }
  return undefined;
}

type RefusalKind = Extract<FailureKind, 'rate-limited' | 'quota-exhausted' | 'overloaded' | 'permission'>;

const sentences: Readonly<Record<RefusalKind, string>> = {
  'rate-limited': 'All credentials are busy or cooling down.',
  'quota-exhausted': 'The credits of all credentials are used up for now.',
  overloaded: 'The upstream fails on all credentials at the moment.',
  permission: 'No credential may use this model at the moment.',
};

function kindOf(slots: readonly Slot[], endpoints: readonly Endpoint[], now: number): RefusalKind {
  const causes = new Set(slots.flatMap((slot) => causesOf(slot, endpoints, now)));
  if (causes.size === 1 && causes.has('quota')) return 'quota-exhausted';
  if (causes.size === 1 && causes.has('entitlement')) return 'permission';
  const failing = [...causes].every((cause) => cause === 'transient' || cause === 'timeout' || cause === 'route');
  return failing ? 'overloaded' : 'rate-limited';
}

/** Why the credential cannot be had; undefined among them where it is only busy. */
function causesOf(slot: Slot, endpoints: readonly Endpoint[], now: number): (CoolingCause | undefined)[] {
  if (conditionAt(slot.health, now) === 'cooling') return [slot.health.cause];
  return endpoints.map(({ route, upstreamModel }) => {
    const known = slot.routes.get(route);
    const gates = [known?.models.get(upstreamModel), known?.gate];
    return gates.find((gate) => gate !== undefined && isShut(gate, now))?.cause;
  });
}

function countConditions({ request }: Refusal, slots: readonly Slot[], now: number): string {
  const counts = new Map<string, number>();
  for (const slot of slots) {
    const word = conditionWord(slot, request.exclude, now);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

function conditionWord(slot: Slot, tried: TriedEndpoints, now: number): string {
  if (!slot.settings.enabled) return 'disabled';
  if (slot.settings.draining) return 'draining';
  const condition = conditionAt(slot.health, now);
  if (condition !== 'ready') return condition;
  if (tried.hasCredential(slot.settings.id)) return 'already tried';
  return slot.inFlight >= limitOf(slot) ? 'busy' : 'ready';
}
