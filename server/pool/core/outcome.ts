import type { Fault } from '../../conversation/failure.ts';
import {
  type AccountCause,
  type CoolDownRule,
  coolDownRules,
  coolDownTime,
  type Growth,
  grow,
  LONG_BLOCK,
  type RouteCause,
  routeRules,
  URGENT_RETRY,
} from './cool-down.ts';
import type { Endpoint } from './endpoint.ts';
import { evidenceOf, type FailureReport } from './evidence.ts';
import { passGate, shutGate, type Trouble } from './gate.ts';
import { lowerLimit, raiseLimit } from './learned-limit.ts';
import { startRamp } from './ramp.ts';
import { conditionAt, type Slot } from './slot.ts';
import { modelGateOf, type SlotRoute } from './slot-route.ts';

/** A failed attempt, and how it stands in time. */
export interface FailedAttempt {
  readonly report: FailureReport;
  /** What was asked; undefined when it was an account's own endpoint. */
  readonly endpoint: Endpoint | undefined;
  /** Number of the failed grant. */
  readonly sequence: number;
  /** Number of the latest grant so far: all up to it belong to this incident. */
  readonly latest: number;
  /** The credential's requests in flight until now, the failed one included. */
  readonly inFlight: number;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

/**
 * The account answered well.
 *
 * @param sequence number of the grant: a success of a request that began before the last failure proves nothing
 * @param inFlight requests in flight until now, the successful one included
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
 * The route answered the credential well.
 *
 * @param inFlight the credential's requests on the route until now, the successful one included
 * @returns whether anything changed that is worth keeping or showing
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

/** Takes the credential back in; strikes and re-checks are counted on until a request succeeds. */
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

/** Takes the credential back in by other evidence than a request's: those under way since before say nothing any more. */
export function takeBack(slot: Slot, now: number): void {
  markReady(slot, now);
  slot.epoch += 1;
}

/** An attempt failed by the account's doing. @returns whether anything changed */
export function applyFailure(slot: Slot, attempt: FailedAttempt): boolean {
  const { fault } = attempt.report;
  if (!isAccountCause(fault)) return false;
  const rule: CoolDownRule = coolDownRules[fault];
  if (rule.consequence === 'limit') return limit(slot, rule, fault, attempt);
  if (rule.consequence === 'cool') return coolDown(slot, rule, fault, attempt);
  return takeOut(slot, rule.consequence, fault, attempt);
}

/** Whether the failure is about the account; a token is refused by all routes alike. */
export function isAccounts({ scope, fault }: FailureReport): boolean {
  return scope === 'account' || fault === 'token';
}

function isAccountCause(fault: Fault): fault is AccountCause {
  return fault in coolDownRules;
}

function isRouteCause(fault: Fault): fault is RouteCause {
  return fault in routeRules;
}

/** The failure as what shuts a route; undefined when no route is to blame. */
export function readTrouble(attempt: FailedAttempt): Trouble | undefined {
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
 * An attempt failed by the route's doing, or it has not got the model.
 *
 * @param inFlight the credential's requests on the route until now, the failed one included
 * @returns whether anything changed
 */
export function applyRouteFailure(
  route: SlotRoute,
  model: string | undefined,
  trouble: Trouble,
  inFlight: number,
): boolean {
  if (trouble.cause === 'concurrency') {
    if (trouble.sequence <= route.gate.failedSequence) return false;
    route.learned = lowerLimit(route.learned, inFlight, trouble.now);
    // It bore not even one: only a pause can help.
    if (inFlight === 1) shutGate(route.gate, trouble);
    route.gate.failedSequence = trouble.latest;
    return true;
  }
  return shutGate(model === undefined ? route.gate : modelGateOf(route.models, model), trouble);
}

function limit(slot: Slot, rule: CoolDownRule, cause: AccountCause, attempt: FailedAttempt): boolean {
  if (attempt.sequence <= slot.failedSequence) return false;
  slot.learned = lowerLimit(slot.learned, attempt.inFlight, attempt.now);
  // It bore not even one: only a pause can help.
  if (attempt.inFlight === 1) coolDown(slot, rule, cause, attempt);
  slot.failedSequence = attempt.latest;
  return true;
}

function takeOut(slot: Slot, condition: 'invalid' | 'blocked', cause: AccountCause, attempt: FailedAttempt): boolean {
  const { health } = slot;
  slot.failedSequence = attempt.latest;
  slot.proven = false;
  // A token that is invalid stays so whatever else comes in late.
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

/** Sets the next re-check, each later than the one before. */
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
  // One incident is one strike, however many requests it hit, and is over when a later request went well; only what
  // the upstream names again moves its end.
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
  health.urgentUntil = rule.passing === true ? Math.min(until, now + URGENT_RETRY) : until;
  health.named = named !== undefined;
  health.evidence = evidenceOf(report);
  health.strikes = strikes + 1;
  slot.ramp = startRamp(latest);
  if (rule.probation === true) health.probation = true;
  // The credits endpoint is asked at once when the block is long, or quota is only guessed at.
  const askAtOnce = until - now > LONG_BLOCK || (rule.recheck !== undefined && named === undefined);
  health.recheckAt = askAtOnce ? now : undefined;
  return true;
}
