import { Failure, type FailureKind, type FailureOptions } from '../conversation/failure.ts';
import { limitOf, wayOutOf } from './core/availability.ts';
import type { Refusal } from './core/grant.ts';
import { conditionAt, type Slot } from './core/slot.ts';

/**
 * The pool has no credential for a request. An exchange that has made attempts reports the last one's failure
 * instead: what went wrong says more than that nothing else is left.
 */
export class PoolExhausted extends Failure {}

/** A refusal in words for the client: counts and times, never whose credentials. */
export function describeRefusal(refusal: Refusal, slots: readonly Slot[], now: number): PoolExhausted {
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
    return new PoolExhausted(
      'overloaded',
      `No credential can take the request: ${countConditions(refusal, slots, now)}.`,
    );
  }
  const retryAfterSeconds = Math.max(1, Math.ceil((wayOut - now) / 1000));
  const options: FailureOptions = { retryAfterSeconds };
  const hopeful = slots.filter((slot) => wayOutOf(slot, request, now) !== Number.POSITIVE_INFINITY);
  const kind = kindOf(hopeful, request.model, now);
  return new PoolExhausted(kind, `${sentences[kind]} Try again in ${retryAfterSeconds} s.`, options);
}

type RefusalKind = Extract<FailureKind, 'rate-limited' | 'quota-exhausted' | 'overloaded' | 'permission'>;

const sentences: Readonly<Record<RefusalKind, string>> = {
  'rate-limited': 'All credentials are busy or cooling down.',
  'quota-exhausted': 'The credits of all credentials are used up for now.',
  overloaded: 'The upstream fails on all credentials at the moment.',
  permission: 'No credential may use this model at the moment.',
};

function kindOf(slots: readonly Slot[], model: string, now: number): RefusalKind {
  const causes = new Set(slots.map((slot) => causeOf(slot, model, now)));
  if (causes.size === 1 && causes.has('quota')) return 'quota-exhausted';
  if (causes.size === 1 && causes.has('entitlement')) return 'permission';
  const passing = [...causes].every((cause) => cause === 'transient' || cause === 'timeout');
  return passing ? 'overloaded' : 'rate-limited';
}

function causeOf(slot: Slot, model: string, now: number) {
  if (conditionAt(slot.health, now) === 'cooling') return slot.health.cause;
  const known = slot.models.get(model);
  return known !== undefined && now < known.until ? known.cause : undefined;
}

function countConditions({ request }: Refusal, slots: readonly Slot[], now: number): string {
  const counts = new Map<string, number>();
  for (const slot of slots) {
    const word = conditionWord(slot, request.exclude, now);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

function conditionWord(slot: Slot, tried: ReadonlySet<string>, now: number): string {
  if (!slot.settings.enabled) return 'disabled';
  if (slot.settings.draining) return 'draining';
  const condition = conditionAt(slot.health, now);
  if (condition !== 'ready') return condition;
  if (tried.has(slot.settings.id)) return 'already tried';
  return slot.inFlight >= limitOf(slot) ? 'busy' : 'ready';
}
