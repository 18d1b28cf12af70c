import type { Fault } from '../../conversation/failure.ts';
import {
  type AccountCause,
  type CoolDownRule,
  coolDownRules,
  coolDownTime,
  type Growth,
  grow,
  longCoolDown,
  type RouteCause,
  routeRules,
  urgentRetryTime,
} from './cool-down.ts';
import type { Endpoint } from './endpoint.ts';
import { evidenceOf, type FailureReport } from './evidence.ts';
import { passGate, type RouteFailure, shutGate } from './gate.ts';
import { lowerLimit, raiseLimit } from './learned-limit.ts';
import { startRamp } from './ramp.ts';
import { conditionAt, type Slot } from './slot.ts';
import { modelGateOf, type SlotRoute } from './slot-route.ts';

/** A failed attempt and its circumstances. */
export interface FailedAttempt {
  readonly report: FailureReport;
  /** The endpoint used; undefined for an account endpoint. */
  readonly endpoint: Endpoint | undefined;
  /** Sequence number of the failed grant. */
  readonly sequence: number;
  /** Sequence number of the latest grant: all grants up to it belong to this incident. */
  readonly latest: number;
  /** The credential's requests in flight, including the failed one. */
  readonly inFlight: number;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

/**
 * Applies a success to the credential.
 *
 * @param sequence the grant's sequence number: a success of a request that started before the last failure is ignored
 * @param inFlight requests in flight, including the successful one
 * @returns whether its health changed
 */
export function applySuccess(slot: Slot, sequence: number, inFlight: number, now: number): boolean {
  if (slot.learned !== undefined) slot.learned = raiseLimit(slot.learned, inFlight, now);
  if (sequence <= slot.failedSequence) return false;
  slot.proven = true;
  const { health } = slot;
  if (health.strikes === 0 && health.condition === 'ready' && !health.probation && health.rechecks === 0) {
    return false;
  }
  markReady(slot, now);
  health.strikes = 0;
  health.rechecks = 0;
  return true;
}

/**
 * Applies a success to the credential's route.
 *
 * @param inFlight the credential's requests in flight on the route, including the successful one
 * @returns whether anything changed that should be saved or displayed
 */
export function applyRouteSuccess(
  route: SlotRoute,
  model: string,
  sequence: number,
  inFlight: number,
  now: number,
): boolean {
  if (route.learned !== undefined) route.learned = raiseLimit(route.learned, inFlight, now);
  const modelChanged = route.models.size > 0 && passModel(route.models, model, sequence);
  return passGate(route.gate, sequence) || modelChanged;
}

function passModel(models: SlotRoute['models'], model: string, sequence: number): boolean {
  const gate = models.get(model);
  if (gate === undefined) return false;
  const changed = passGate(gate, sequence);
  if (gate.strikes === 0) models.delete(model);
  return changed;
}

/** Makes the credential ready. Strikes and re-checks keep their counts until a request succeeds. */
function markReady(slot: Slot, now: number): void {
  const { health } = slot;
  if (health.condition !== 'ready') health.since = now;
  health.condition = 'ready';
  health.cause = undefined;
  health.until = 0;
  health.urgentUntil = 0;
  health.named = false;
  health.evidence = undefined;
  health.endpoint = undefined;
  health.probation = false;
  health.recheckAt = undefined;
}

/** Makes the credential ready on evidence other than a request. The outcomes of running requests no longer count. */
export function makeReady(slot: Slot, now: number): void {
  markReady(slot, now);
  slot.epoch += 1;
}

/** Applies an account failure. @returns whether anything changed */
export function applyFailure(slot: Slot, attempt: FailedAttempt): boolean {
  const { fault } = attempt.report;
  if (!isAccountCause(fault)) return false;
  const rule: CoolDownRule = coolDownRules[fault];
  if (rule.consequence === 'limit') return limit(slot, rule, fault, attempt);
  if (rule.consequence === 'cool') return coolDown(slot, rule, fault, attempt);
  return takeOut(slot, rule.consequence, fault, attempt);
}

/** True when the failure is about the account. An invalid token is refused on every route. */
export function isAboutAccount({ scope, fault }: FailureReport): boolean {
  return scope === 'account' || fault === 'token';
}

function isAccountCause(fault: Fault): fault is AccountCause {
  return fault in coolDownRules;
}

function isRouteCause(fault: Fault): fault is RouteCause {
  return fault in routeRules;
}

/** Reads a route failure; undefined when the failure is not about a route. */
export function readRouteFailure(attempt: FailedAttempt): RouteFailure | undefined {
  const { report, sequence, latest, now, random } = attempt;
  const { fault: cause, scope, retryAfterSeconds } = report;
  if (!isRouteCause(cause)) return undefined;
  return {
    cause,
    aboutModel: scope === 'model',
    evidence: evidenceOf(report),
    report,
    retryAfterSeconds,
    sequence,
    latest,
    now,
    random,
  };
}

/**
 * Applies a route failure, or a route's refusal of a model.
 *
 * @param inFlight the credential's requests in flight on the route, including the failed one
 * @returns whether anything changed
 */
export function applyRouteFailure(
  route: SlotRoute,
  model: string | undefined,
  failure: RouteFailure,
  inFlight: number,
): boolean {
  if (failure.cause === 'concurrency') {
    if (failure.sequence <= route.gate.failedSequence) return false;
    route.learned = lowerLimit(route.learned, inFlight, failure.now);
    // Even a single request was refused, so only a pause helps.
    if (inFlight === 1) shutGate(route.gate, failure);
    route.gate.failedSequence = failure.latest;
    return true;
  }
  return shutGate(model === undefined ? route.gate : modelGateOf(route.models, model), failure);
}

function limit(slot: Slot, rule: CoolDownRule, cause: AccountCause, attempt: FailedAttempt): boolean {
  if (attempt.sequence <= slot.failedSequence) return false;
  slot.learned = lowerLimit(slot.learned, attempt.inFlight, attempt.now);
  // Even a single request was refused, so only a pause helps.
  if (attempt.inFlight === 1) coolDown(slot, rule, cause, attempt);
  slot.failedSequence = attempt.latest;
  return true;
}

function takeOut(slot: Slot, condition: 'invalid' | 'blocked', cause: AccountCause, attempt: FailedAttempt): boolean {
  const { health } = slot;
  slot.failedSequence = attempt.latest;
  slot.proven = false;
  // An invalid token stays invalid, whatever late failures arrive.
  if (health.condition === condition || health.condition === 'invalid') return false;
  health.condition = condition;
  health.cause = cause;
  health.until = 0;
  health.urgentUntil = 0;
  health.since = attempt.now;
  health.evidence = evidenceOf(attempt.report);
  health.endpoint = attempt.endpoint;
  health.probation = false;
  const { recheck, recheckAtOnce } = coolDownRules[cause];
  const firstTime = health.rechecks === 0;
  scheduleRecheck(slot, recheck, attempt.now, attempt.random);
  if (recheckAtOnce === true && firstTime) health.recheckAt = attempt.now;
  return true;
}

/** Schedules the next re-check, with growing delays. */
export function scheduleRecheck(slot: Slot, recheck: Growth | undefined, now: number, random: number): void {
  const { health } = slot;
  health.recheckAt = recheck === undefined ? undefined : now + grow(recheck, health.rechecks, random);
  health.rechecks += 1;
}

function coolDown(slot: Slot, rule: CoolDownRule, cause: AccountCause, attempt: FailedAttempt): boolean {
  const { health } = slot;
  const { report, sequence, latest, now, random } = attempt;
  if (health.condition === 'invalid' || health.condition === 'blocked' || rule.time === undefined) return false;
  const named = report.retryAfterSeconds;
  const sameIncident = sequence <= slot.failedSequence;
  // One incident is one strike, however many requests it hits, and it ends when a later request succeeds. Within it,
  // only a new retry delay from the upstream moves the end.
  if (sameIncident && named === undefined && (health.cause === cause || slot.proven)) return false;
  const strikes = sameIncident ? Math.max(0, health.strikes - 1) : health.strikes;
  const until = now + coolDownTime(rule.time, rule.named, strikes, named, random);
  if (sameIncident && until <= health.until) return false;
  slot.failedSequence = latest;
  slot.proven = false;
  if (conditionAt(health, now) !== 'cooling') health.since = now;
  health.condition = 'cooling';
  health.cause = cause;
  health.until = until;
  health.urgentUntil = rule.passing === true ? Math.min(until, now + urgentRetryTime) : until;
  health.named = named !== undefined;
  health.evidence = evidenceOf(report);
  health.strikes = strikes + 1;
  slot.ramp = startRamp(latest);
  if (rule.probation === true) health.probation = true;
  // Check the credits at once when the cool-down is long or its length is only a guess.
  const checkNow = until - now > longCoolDown || (rule.recheck !== undefined && named === undefined);
  health.recheckAt = checkNow ? now : undefined;
  return true;
}
