import type { TFunction } from 'i18next';
import type { RequestItem } from '../../../contract/requests.ts';
import type { Tone } from '../../ui/state-dot.tsx';

/** Server terms that the console can translate. Unknown ones are shown unchanged. */
const failureKinds = [
  'invalid-request',
  'authentication',
  'permission',
  'not-found',
  'rate-limited',
  'quota-exhausted',
  'overloaded',
  'upstream-unavailable',
  'timeout',
  'content-filtered',
  'internal',
] as const;
const attemptOutcomes = [
  'success',
  'aborted',
  'request',
  'route',
  'token',
  'entitlement',
  'rate',
  'quota',
  'concurrency',
  'transient',
  'timeout',
  'model',
  'client',
  'gateway',
] as const;
const choiceReasons = ['affinity', 'next-route', 'round-robin', 'least-busy', 'weighted'] as const;
const obstacles = [
  'disabled',
  'draining',
  'already tried',
  'invalid',
  'blocked',
  'cooling',
  'cooling for this model',
  'on trial',
  'at its limit',
  'enough tried',
  'no route open',
  'route shut',
  'model refused',
  'route in doubt',
  'route at its limit',
] as const;

export const outcomeTones: Readonly<Record<RequestItem['outcome'], Tone>> = {
  success: 'good',
  failure: 'bad',
  aborted: 'idle',
};

type Failed = Pick<RequestItem, 'failureKind' | 'attemptCount'>;

/** Why a request failed. With attempts, the upstream caused it; without attempts, the pool did. */
export function wordFailure({ failureKind, attemptCount }: Failed, t: TFunction): string {
  const kind = failureKind ?? 'internal';
  if (kind === 'overloaded' && attemptCount === 0) return t('requests.noneFree');
  const known = failureKinds.find((candidate) => candidate === kind);
  return known ? t(`requests.failureKind.${known}`) : kind;
}

/** The outcome of a request for its title; for failures, the cause. */
export function wordOutcome(request: Failed & Pick<RequestItem, 'outcome'>, t: TFunction): string {
  const { outcome, failureKind } = request;
  return outcome === 'failure' && failureKind !== null ? wordFailure(request, t) : t(`requests.outcome.${outcome}`);
}

export function wordAttempt(outcome: string, t: TFunction): string {
  const known = attemptOutcomes.find((candidate) => candidate === outcome);
  return known ? t(`requests.attemptOutcome.${known}`) : outcome;
}

export function wordChoice(reason: string, t: TFunction): string {
  const known = choiceReasons.find((candidate) => candidate === reason);
  return known ? t(`requests.choice.${known}`) : reason;
}

const causes = ['route', 'rate', 'quota', 'concurrency', 'transient', 'timeout', 'token', 'entitlement'] as const;

/** Why a credential or one of its routes was skipped, e.g. `cooling (rate)` or `unified: route shut (rate)`. */
export function wordObstacle(reason: string, t: TFunction): string {
  const [, route, name = reason, cause] = /^(?:([a-z0-9-]+): )?(.*?)(?: \((\w+)\))?$/.exec(reason) ?? [];
  const knownName = obstacles.find((candidate) => candidate === name);
  const knownCause = causes.find((candidate) => candidate === cause);
  if (knownName === undefined || (cause !== undefined && knownCause === undefined)) return reason;
  const words = t(`requests.obstacle.${knownName}`);
  const why = knownCause === undefined ? words : `${words} (${t(`credentials.cause.${knownCause}`)})`;
  return route === undefined ? why : `${route}: ${why}`;
}
