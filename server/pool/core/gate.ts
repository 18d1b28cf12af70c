import { coolDownTime, modelRefusalTime, type RouteCause, routeRules } from './cool-down.ts';
import type { Evidence, FailureReport } from './evidence.ts';
import { isRampFull, type Ramp, startRamp } from './ramp.ts';

/**
 * A circuit breaker for a route: for one credential, for one model of it, or for all credentials together. A shut gate
 * reopens at `until`, on probation: one trial request at a time, until one succeeds. Times are milliseconds since the
 * epoch.
 */
export interface Gate {
  /** Why it was last shut. */
  cause: RouteCause | undefined;
  evidence: Evidence | undefined;
  /** The failure itself; undefined after a restart. */
  report: FailureReport | undefined;
  /** Since when no request has succeeded. */
  since: number;
  until: number;
  /** When it may be tried if nothing else is available. */
  urgentUntil: number;
  /** Incidents since the last `recoveryStreak` successes in a row. One incident may hit many requests. */
  strikes: number;
  /** Successes in a row, counted up to `recoveryStreak`. */
  streak: number;
  /** It was shut and no request has succeeded since: one trial at a time. */
  probation: boolean;
  /** Sequence number of the grant that is the current trial. */
  trial: number | undefined;
  /** Limits the requests after it reopens. */
  ramp: Ramp | undefined;
  /** Grants up to this sequence number belong to an incident that is already counted. */
  failedSequence: number;
}

/** A refusal or a failure that shuts a gate. */
export interface RouteFailure {
  readonly cause: RouteCause;
  /** The failure is about one model, not about the rest of the request. */
  readonly aboutModel: boolean;
  readonly evidence: Evidence;
  readonly report: FailureReport | undefined;
  /** The upstream's retry delay. */
  readonly retryAfterSeconds: number | undefined;
  /** Sequence number of the failed grant. */
  readonly sequence: number;
  /** Sequence number of the latest grant: all grants up to it belong to this incident. */
  readonly latest: number;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

/**
 * Successes in a row after which strikes are reset. Until then, a route that fails every other time is shut for longer
 * each time, even if each trial succeeds.
 */
const recoveryStreak = 10;

export function createGate(): Gate {
  return {
    cause: undefined,
    evidence: undefined,
    report: undefined,
    since: 0,
    until: 0,
    urgentUntil: 0,
    strikes: 0,
    streak: 0,
    probation: false,
    trial: undefined,
    ramp: undefined,
    failedSequence: 0,
  };
}

/** Resets a gate. The outcomes of requests that started before no longer count. */
export function forgetGate(gate: Gate, latest: number): void {
  Object.assign(gate, createGate(), { failedSequence: latest });
}

/** Shuts the gate, for longer with each strike. @returns whether anything changed */
export function shutGate(gate: Gate, failure: RouteFailure): boolean {
  const { cause, retryAfterSeconds: named, sequence, latest, now, random } = failure;
  const rule = routeRules[cause];
  const urgent = cause === 'route' && failure.aboutModel ? modelRefusalTime : rule.urgent;
  const sameIncident = sequence <= gate.failedSequence;
  // One incident is one strike, and it ends when a later request succeeds. Within it, only a new retry delay from the
  // upstream moves the end.
  if (sameIncident && named === undefined && (gate.cause === cause || gate.streak > 0)) return false;
  const strikes = sameIncident ? Math.max(0, gate.strikes - 1) : gate.strikes;
  const until = now + coolDownTime(rule.time, rule.named, strikes, named, random);
  if (sameIncident && until <= gate.until) return false;
  if (!gate.probation) gate.since = now;
  gate.cause = cause;
  gate.evidence = failure.evidence;
  gate.report = failure.report;
  gate.until = until;
  gate.urgentUntil = named !== undefined && rule.named === 'exact' ? until : Math.min(until, now + urgent);
  gate.strikes = strikes + 1;
  gate.streak = 0;
  gate.probation = true;
  gate.ramp = startRamp(latest);
  gate.failedSequence = latest;
  return true;
}

/** Records a success. @returns whether anything changed that should be saved or displayed */
export function passGate(gate: Gate, sequence: number): boolean {
  if (sequence <= gate.failedSequence) return false;
  if (gate.streak < recoveryStreak) gate.streak += 1;
  if (gate.strikes === 0 && !gate.probation) return false;
  const reopened = gate.probation;
  gate.until = 0;
  gate.urgentUntil = 0;
  gate.probation = false;
  gate.trial = undefined;
  if (gate.streak < recoveryStreak) return reopened;
  gate.strikes = 0;
  return true;
}

/** Ends the probation when an answer has started, so more than one request may pass. */
export function endProbation(gate: Gate, sequence: number): void {
  if (!gate.probation || sequence <= gate.failedSequence) return;
  gate.until = 0;
  gate.urgentUntil = 0;
  gate.probation = false;
  gate.trial = undefined;
}

/** Allows a trial now, unless the upstream named the end. */
export function allowTrialNow(gate: Gate, now: number): void {
  if (gate.until > now && gate.urgentUntil < gate.until) gate.until = now;
}

export function isShut(gate: Gate, now: number): boolean {
  return now < gate.until;
}

/** Whether no request may pass now. @param urgent nothing else is available */
export function isBarred(gate: Gate, now: number, urgent: boolean): boolean {
  if (now < (urgent ? gate.urgentUntil : gate.until)) return true;
  return (gate.probation && gate.trial !== undefined) || isRampFull(gate);
}

/**
 * The earliest time at which a request may pass; a time in the past when it may pass now or depends on a running trial.
 * Infinity for a route that has just refused a request: waiting does not help, because it would refuse again.
 */
export function passableAt(gate: Gate, now: number): number {
  const way = Math.min(gate.until, gate.urgentUntil);
  return gate.cause === 'route' && way > now ? Number.POSITIVE_INFINITY : way;
}

/** The next time after `now` at which `urgentUntil` or `until` is reached; infinity if none. */
export function nextChangeOfGate(gate: Gate, now: number): number {
  if (gate.urgentUntil > now) return gate.urgentUntil;
  return gate.until > now ? gate.until : Number.POSITIVE_INFINITY;
}

/** Adjusts all times to a clock that was set back by so many milliseconds. */
export function setGateBack(gate: Gate, by: number): void {
  if (!gate.probation) return;
  gate.since -= by;
  gate.until -= by;
  gate.urgentUntil -= by;
}
