import { coolDownTime, MODEL_REFUSAL_HOLDS, type RouteCause, routeRules } from './cool-down.ts';
import type { Evidence, FailureReport } from './evidence.ts';
import { isRampFull, type Ramp, startRamp } from './ramp.ts';

/**
 * Whether a route may be used, as far as its answers tell: for one credential, for one model of it, or for all
 * credentials together. A shut gate ends by itself when `until` has come; then one request at a time tries whether it
 * is open again. Times are milliseconds since the epoch.
 */
export interface Gate {
  /** Why it was shut last. */
  cause: RouteCause | undefined;
  evidence: Evidence | undefined;
  /** The failure itself, unless it was before a restart. */
  report: FailureReport | undefined;
  /** Since when nothing came through. */
  since: number;
  until: number;
  /** The same while nothing better is open. */
  urgentUntil: number;
  /** Incidents, each however many requests it hit, since the last steady run of successes. */
  strikes: number;
  /** Successes in a row, counted up to `STEADY`. */
  streak: number;
  /** It was shut and nothing has come through since: one trial at a time. */
  probation: boolean;
  /** Grant number of the trial that is running. */
  trial: number | undefined;
  /** While those that waited for its end are let through in growing numbers. */
  ramp: Ramp | undefined;
  /** Grants up to this number belong to the incident that is already counted. */
  failedSequence: number;
}

/** A refusal or a failure that shuts a gate. */
export interface Trouble {
  readonly cause: RouteCause;
  /** It is about one model, whatever the request says otherwise. */
  readonly aboutModel: boolean;
  readonly evidence: Evidence;
  readonly report: FailureReport | undefined;
  /** What the upstream named. */
  readonly retryAfterSeconds: number | undefined;
  /** Number of the failed grant. */
  readonly sequence: number;
  /** Number of the latest grant so far: all up to it belong to this incident. */
  readonly latest: number;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

/**
 * Strikes are forgotten after so many successes in a row: a route that fails every other time is shut for longer each
 * time, although each trial may succeed.
 */
const STEADY = 10;

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

/** Opens a gate as if nothing had ever happened; what began before says nothing any more. */
export function forgetGate(gate: Gate, latest: number): void {
  Object.assign(gate, createGate(), { failedSequence: latest });
}

/** Shuts the gate, for longer each time. @returns whether anything changed */
export function shutGate(gate: Gate, trouble: Trouble): boolean {
  const { cause, retryAfterSeconds: named, sequence, latest, now, random } = trouble;
  const rule = routeRules[cause];
  const urgent = cause === 'route' && trouble.aboutModel ? MODEL_REFUSAL_HOLDS : rule.urgent;
  const sameIncident = sequence <= gate.failedSequence;
  // One incident is one strike, and is over when a later request went well; only what the upstream names again moves its end.
  if (sameIncident && named === undefined && (gate.cause === cause || gate.streak > 0)) return false;
  const strikes = sameIncident ? Math.max(0, gate.strikes - 1) : gate.strikes;
  const until = now + coolDownTime(rule.time, rule.named, strikes, named, random);
  if (sameIncident && until <= gate.until) return false;
  if (!gate.probation) gate.since = now;
  gate.cause = cause;
  gate.evidence = trouble.evidence;
  gate.report = trouble.report;
  gate.until = until;
  gate.urgentUntil = named !== undefined && rule.named === 'exact' ? until : Math.min(until, now + urgent);
  gate.strikes = strikes + 1;
  gate.streak = 0;
  gate.probation = true;
  gate.ramp = startRamp(latest);
  gate.failedSequence = latest;
  return true;
}

/** Something came through. @returns whether anything changed that is worth keeping or showing */
export function passGate(gate: Gate, sequence: number): boolean {
  if (sequence <= gate.failedSequence) return false;
  if (gate.streak < STEADY) gate.streak += 1;
  if (gate.strikes === 0 && !gate.probation) return false;
  const reopened = gate.probation;
  gate.until = 0;
  gate.urgentUntil = 0;
  gate.probation = false;
  gate.trial = undefined;
  if (gate.streak < STEADY) return reopened;
  gate.strikes = 0;
  return true;
}

/** An answer has begun to come through: more than one request may go. */
export function easeGate(gate: Gate, sequence: number): void {
  if (!gate.probation || sequence <= gate.failedSequence) return;
  gate.until = 0;
  gate.urgentUntil = 0;
  gate.probation = false;
  gate.trial = undefined;
}

/** Lets one trial through at once, unless the upstream itself named the end. */
export function hurryGate(gate: Gate, now: number): void {
  if (gate.until > now && gate.urgentUntil < gate.until) gate.until = now;
}

export function isShut(gate: Gate, now: number): boolean {
  return now < gate.until;
}

/** Whether a request must not pass now. @param urgent nothing better is open */
export function isBarred(gate: Gate, now: number, urgent: boolean): boolean {
  if (now < (urgent ? gate.urgentUntil : gate.until)) return true;
  return (gate.probation && gate.trial !== undefined) || isRampFull(gate);
}

/**
 * The earliest time at which a request may pass: the past when it may now, or depends on a trial that is running. Nobody
 * waits for a route that has just refused: it would refuse again.
 */
export function wayThrough(gate: Gate, now: number): number {
  const way = Math.min(gate.until, gate.urgentUntil);
  return gate.cause === 'route' && way > now ? Number.POSITIVE_INFINITY : way;
}

/** The next time after `now` at which time alone changes whether a request may pass; infinity if none. */
export function nextChangeOfGate(gate: Gate, now: number): number {
  if (gate.urgentUntil > now) return gate.urgentUntil;
  return gate.until > now ? gate.until : Number.POSITIVE_INFINITY;
}

/** Moves all times to a clock that was set back by so many milliseconds. */
export function setGateBack(gate: Gate, by: number): void {
  if (!gate.probation) return;
  gate.since -= by;
  gate.until -= by;
  gate.urgentUntil -= by;
}
