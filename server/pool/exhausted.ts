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
 * The pool has no credential for a request. An exchange that has made attempts reports the last attempt's failure
 * instead, which is more useful to the client.
 */
export class PoolExhausted extends Failure {}

/**
 * The failure for a refusal. Its message has counts and times but never identifies credentials. When all routes refuse,
 * it is the routes' own latest failure.
 */
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
  const { availableAt, request } = refusal;
  if (availableAt === Number.POSITIVE_INFINITY) {
    const refused = findRouteRefusal(slots, request.endpoints, now);
    if (refused !== undefined) return refused;
    return new PoolExhausted(
      'overloaded',
      `No credential can take the request: ${countConditions(refusal, slots, now)}.`,
    );
  }
  const retryAfterSeconds = Math.max(1, Math.ceil((availableAt - now) / 1000));
  const options: FailureOptions = { retryAfterSeconds };
  const kind = kindOf(core.availability.recoverable(request, now), request.endpoints, now);
  return new PoolExhausted(kind, `${sentences[kind]} Try again in ${retryAfterSeconds} s.`, options);
}

/** The latest failure of the routes when all of them refuse: a retry would fail the same way. */
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
  overloaded: 'The upstream is currently failing for all credentials.',
  permission: 'No credential is currently allowed to use this model.',
};

function kindOf(slots: readonly Slot[], endpoints: readonly Endpoint[], now: number): RefusalKind {
  const causes = new Set(slots.flatMap((slot) => causesOf(slot, endpoints, now)));
  if (causes.size === 1 && causes.has('quota')) return 'quota-exhausted';
  if (causes.size === 1 && causes.has('entitlement')) return 'permission';
  const failing = [...causes].every((cause) => cause === 'transient' || cause === 'timeout' || cause === 'route');
  return failing ? 'overloaded' : 'rate-limited';
}

/** Why the credential is not available; contains undefined where it is only busy. */
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
