import type { Fault } from '../../conversation/failure.ts';
import {
  type CoolDownRule,
  coolDownRules,
  coolDownTime,
  type Growth,
  grow,
  LONG_BLOCK,
  URGENT_RETRY,
} from './cool-down.ts';
import { lowerLimit, raiseLimit } from './learned-limit.ts';
import { coolModel, healModel } from './model-health.ts';
import { type CoolingCause, conditionAt, type Evidence, type Slot } from './slot.ts';

/** What the pool learns from a failed attempt; a `Failure` is one. */
export interface FailureReport {
  readonly fault: Fault;
  /** What the upstream named. */
  readonly retryAfterSeconds: number | undefined;
  /** Set when the failure is about this model only. */
  readonly model: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly evidence: string | undefined;
  readonly message: string;
}

/** A failed attempt, and how it stands in time. */
export interface FailedAttempt {
  readonly report: FailureReport;
  /** What was asked for; undefined when it was about no model. */
  readonly model: string | undefined;
  /** Number of the failed grant. */
  readonly sequence: number;
  /** Number of the latest grant so far: all up to it belong to this incident. */
  readonly latest: number;
  /** Requests in flight until now, the failed one included. */
  readonly inFlight: number;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

const MAX_EVIDENCE = 500;

/**
 * The credential answered well.
 *
 * @param sequence number of the grant: a success of a request that began before the last failure proves nothing
 * @param inFlight requests in flight until now, the successful one included
 * @returns whether its health changed
 */
export function applySuccess(slot: Slot, model: string, sequence: number, inFlight: number, now: number): boolean {
  if (slot.learned !== undefined) slot.learned = raiseLimit(slot.learned, inFlight, now);
  const modelHealed = slot.models.size > 0 && healModel(slot.models, model, sequence);
  if (sequence <= slot.failedSequence) return modelHealed;
  slot.proven = true;
  const { health } = slot;
  if (health.strikes === 0 && health.condition === 'ready' && !health.probation && health.rechecks === 0) {
    return modelHealed;
  }
  markReady(slot, now);
  health.strikes = 0;
  health.rechecks = 0;
  return true;
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
  health.model = undefined;
  health.probation = false;
  health.recheckAt = undefined;
}

/** Takes the credential back in by other evidence than a request's: those under way since before say nothing any more. */
export function takeBack(slot: Slot, now: number): void {
  markReady(slot, now);
  slot.epoch += 1;
}

/** An attempt failed. @returns whether anything changed */
export function applyFailure(slot: Slot, attempt: FailedAttempt): boolean {
  const { report, now, random } = attempt;
  const { fault: cause, model, retryAfterSeconds } = report;
  if (cause === 'request' || cause === 'client' || cause === 'gateway') return false;
  if (model !== undefined) {
    const { message } = evidenceOf(report);
    const { sequence, latest } = attempt;
    return coolModel(slot, { model, cause, message, retryAfterSeconds, sequence, latest, now, random });
  }
  const rule = coolDownRules[cause];
  if (rule.consequence === 'limit') return limit(slot, rule, cause, attempt);
  if (rule.consequence === 'cool') return coolDown(slot, rule, cause, attempt);
  return takeOut(slot, rule.consequence === 'invalid' ? 'invalid' : 'blocked', cause, attempt);
}

function limit(slot: Slot, rule: CoolDownRule, cause: CoolingCause, attempt: FailedAttempt): boolean {
  if (attempt.sequence <= slot.failedSequence) return false;
  slot.learned = lowerLimit(slot.learned, attempt.inFlight, attempt.now);
  // It bore not even one: only a pause can help.
  if (attempt.inFlight === 1) coolDown(slot, rule, cause, attempt);
  slot.failedSequence = attempt.latest;
  return true;
}

function takeOut(slot: Slot, condition: 'invalid' | 'blocked', cause: CoolingCause, attempt: FailedAttempt): boolean {
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
  health.model = attempt.model;
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

function coolDown(slot: Slot, rule: CoolDownRule, cause: CoolingCause, attempt: FailedAttempt): boolean {
  const { health } = slot;
  const { report, sequence, latest, now, random } = attempt;
  if (health.condition === 'invalid' || health.condition === 'blocked' || rule.time === undefined) return false;
  const named = report.retryAfterSeconds;
  const sameIncident = sequence <= slot.failedSequence;
  // One incident is one strike, however many requests it hit, and is over when a later request went well; only what
  // the upstream names anew moves its end.
  if (sameIncident && named === undefined && (health.cause === cause || slot.proven)) return false;
  const strikes = sameIncident ? Math.max(0, health.strikes - 1) : health.strikes;
  const until = now + coolDownTime(rule.time, rule, strikes, named, random);
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
  if (rule.probation === true) health.probation = true;
  // The credits endpoint is asked at once when the block is long, or quota is only guessed at.
  const askAtOnce = until - now > LONG_BLOCK || (rule.recheck !== undefined && named === undefined);
  health.recheckAt = askAtOnce ? now : undefined;
  return true;
}

function evidenceOf(report: FailureReport): Evidence {
  const message = (report.evidence ?? report.message).slice(0, MAX_EVIDENCE);
  return report.upstreamStatus === undefined ? { message } : { status: report.upstreamStatus, message };
}
