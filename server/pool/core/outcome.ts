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
import { type CoolingCause, conditionAt, type Evidence, type ModelHealth, type Slot } from './slot.ts';

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

const MAX_MODELS = 64;
const MAX_EVIDENCE = 500;

/**
 * The credential answered well.
 *
 * @param sequence number of the grant: a success of a request that began before the last failure proves nothing
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

function healModel(models: Map<string, ModelHealth>, name: string, sequence: number): boolean {
  const known = models.get(name);
  return known !== undefined && sequence > known.failedSequence && models.delete(name);
}

/** Takes the credential back in; strikes stay until a request succeeds. */
export function markReady(slot: Slot, now: number): void {
  const { health } = slot;
  if (health.condition !== 'ready') health.since = now;
  health.condition = 'ready';
  health.cause = undefined;
  health.until = 0;
  health.urgentUntil = 0;
  health.named = false;
  health.evidence = undefined;
  health.probation = false;
  health.recheckAt = undefined;
}

/**
 * An attempt failed.
 *
 * @param sequence number of the failed grant
 * @param latest number of the latest grant so far: all up to it belong to this incident
 * @param inFlight requests in flight until now, the failed one included
 * @returns whether anything changed
 */
export function applyFailure(
  slot: Slot,
  report: FailureReport,
  sequence: number,
  latest: number,
  inFlight: number,
  now: number,
  random: () => number,
): boolean {
  const { fault } = report;
  if (fault === 'request' || fault === 'client' || fault === 'gateway') return false;
  const rule = coolDownRules[fault];
  if (report.model !== undefined) return coolModel(slot, report.model, fault, report, sequence, latest, now, random());
  const sameIncident = sequence <= slot.failedSequence;
  if (rule.consequence === 'limit') {
    if (sameIncident) return false;
    slot.learned = lowerLimit(slot.learned, inFlight, now);
    slot.failedSequence = latest;
    if (inFlight > 1) return true;
  }
  if (rule.consequence === 'invalid' || rule.consequence === 'blocked') {
    takeOut(slot, rule.consequence, fault, report, latest, now, random());
    return true;
  }
  return rule.time !== undefined && coolDown(slot, rule, rule.time, fault, report, sameIncident, latest, now, random());
}

function takeOut(
  slot: Slot,
  condition: 'invalid' | 'blocked',
  cause: CoolingCause,
  report: FailureReport,
  latest: number,
  now: number,
  random: number,
): void {
  const { health } = slot;
  slot.failedSequence = latest;
  slot.proven = false;
  // A token that is invalid stays so whatever else comes in late.
  if (health.condition === condition || health.condition === 'invalid') return;
  health.condition = condition;
  health.cause = cause;
  health.until = 0;
  health.urgentUntil = 0;
  health.since = now;
  health.evidence = evidenceOf(report);
  health.probation = false;
  scheduleRecheck(slot, coolDownRules[cause].recheck, now, random);
}

/** Sets the next re-check, each later than the one before. */
export function scheduleRecheck(slot: Slot, recheck: Growth | undefined, now: number, random: number): void {
  const { health } = slot;
  health.recheckAt = recheck === undefined ? undefined : now + grow(recheck, health.rechecks, random);
  health.rechecks += 1;
}

function coolDown(
  slot: Slot,
  rule: CoolDownRule,
  time: Growth,
  cause: CoolingCause,
  report: FailureReport,
  sameIncident: boolean,
  latest: number,
  now: number,
  random: number,
): boolean {
  const { health } = slot;
  if (health.condition === 'invalid' || health.condition === 'blocked') return false;
  const named = report.retryAfterSeconds;
  // One incident is one strike, however many requests it hit, and is over when a later request went well; only what
  // the upstream names anew moves its end.
  if (sameIncident && named === undefined && (health.cause === cause || slot.proven)) return false;
  const strikes = sameIncident ? Math.max(0, health.strikes - 1) : health.strikes;
  const until = now + coolDownTime(time, rule, strikes, named, random);
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
  // Asked at once when the block is long or quota is only guessed at.
  const askAtOnce = until - now > LONG_BLOCK || (cause === 'quota' && named === undefined);
  health.recheckAt = askAtOnce ? now : undefined;
  return true;
}

function coolModel(
  slot: Slot,
  name: string,
  cause: CoolingCause,
  report: FailureReport,
  sequence: number,
  latest: number,
  now: number,
  random: number,
): boolean {
  const rule = coolDownRules[cause];
  const time = rule.modelTime ?? rule.time;
  if (time === undefined) return false;
  const known = slot.models.get(name);
  const sameIncident = known !== undefined && sequence <= known.failedSequence;
  if (sameIncident && report.retryAfterSeconds === undefined) return false;
  const strikes = known === undefined ? 0 : sameIncident ? known.strikes - 1 : known.strikes;
  const until = now + coolDownTime(time, rule, strikes, report.retryAfterSeconds, random);
  if (known === undefined) makeRoom(slot.models);
  slot.models.set(name, {
    cause,
    until: sameIncident ? Math.max(until, known.until) : until,
    message: evidenceOf(report).message,
    strikes: strikes + 1,
    failedSequence: latest,
  });
  return true;
}

/** Drops the model whose block ends first when there are too many. */
function makeRoom(models: Map<string, ModelHealth>): void {
  if (models.size < MAX_MODELS) return;
  let first: string | undefined;
  let until = Number.POSITIVE_INFINITY;
  for (const [name, model] of models) {
    if (model.until < until) {
      first = name;
      until = model.until;
    }
  }
  if (first !== undefined) models.delete(first);
}

function evidenceOf(report: FailureReport): Evidence {
  const message = (report.evidence ?? report.message).slice(0, MAX_EVIDENCE);
  return report.upstreamStatus === undefined ? { message } : { status: report.upstreamStatus, message };
}
