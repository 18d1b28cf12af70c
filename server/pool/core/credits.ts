import { blindTrialTime, contradictedTime, coolDownRules, grow } from './cool-down.ts';
import { shutGate } from './gate.ts';
import { makeReady, scheduleRecheck } from './outcome.ts';
import { conditionAt, routeOf, type Slot } from './slot.ts';
import { modelGateOf } from './slot-route.ts';

/** The credits endpoint's report on one credential. Any figure may be missing. */
export interface CreditsReport {
  readonly status: 'ok' | 'rate-limited' | 'blocked' | 'unknown';
  readonly monthlyTotal?: number;
  readonly monthlyUsed?: number;
  readonly monthlyRemaining?: number;
  readonly dailyTotal?: number;
  readonly dailyUsed?: number;
  readonly dailyRemaining?: number;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
}

/** Total and remaining credits: monthly figures, otherwise daily ones; undefined when not reported. */
export function balanceOf(report: CreditsReport): { total: number | undefined; remaining: number | undefined } {
  const monthly = remainderOf(report.monthlyTotal, report.monthlyUsed, report.monthlyRemaining);
  if (monthly !== undefined) return { total: report.monthlyTotal, remaining: monthly };
  const daily = remainderOf(report.dailyTotal, report.dailyUsed, report.dailyRemaining);
  return { total: report.monthlyTotal ?? report.dailyTotal, remaining: daily };
}

function remainderOf(total: number | undefined, used: number | undefined, remaining: number | undefined) {
  if (remaining !== undefined) return Math.max(0, remaining);
  return total === undefined || used === undefined ? undefined : Math.max(0, total - used);
}

/** Remaining credits as a share of the total, 0 to 1; undefined unless both are known. */
export function creditsLeftOf(report: CreditsReport): number | undefined {
  const { total, remaining } = balanceOf(report);
  return total === undefined || remaining === undefined || total <= 0 ? undefined : Math.min(1, remaining / total);
}

/** True when the status is ok and no known balance is empty. */
function hasCredits(report: CreditsReport): boolean {
  if (report.status !== 'ok') return false;
  const daily = remainderOf(report.dailyTotal, report.dailyUsed, report.dailyRemaining);
  const monthly = remainderOf(report.monthlyTotal, report.monthlyUsed, report.monthlyRemaining);
  return daily !== 0 && monthly !== 0;
}

/**
 * Applies a credits report. It can bring a credential back or shorten its cool-down. It takes a credential out of use
 * only when the account is not entitled: whether credits are used up is certain only from real requests.
 *
 * @returns whether its health changed
 */
export function applyCredits(slot: Slot, report: CreditsReport, now: number, random: number): boolean {
  slot.creditsLeft = creditsLeftOf(report);
  const { health } = slot;
  switch (conditionAt(health, now)) {
    case 'ready':
      return report.status === 'blocked' && block(slot, report, now, random);
    case 'invalid':
      // Any valid response other than a 401 shows that the token is accepted.
      if (report.status === 'blocked') return block(slot, report, now, random);
      if (report.status !== 'unknown') return recoverOnProbation(slot, now);
      break;
    case 'blocked':
      if (report.status === 'ok') return recoverBlocked(slot, now, random);
      health.endpoint = undefined;
      if (report.status === 'unknown' && now - health.since >= blindTrialTime) return recoverOnProbation(slot, now);
      break;
    case 'cooling':
      if (report.status === 'blocked') return block(slot, report, now, random);
      return applyToCoolDown(slot, report, now, random);
  }
  return recheckLater(slot, now, random);
}

/** Handles a check that failed itself: nothing was learned, so check again later. */
export function applyFailedCheck(slot: Slot, now: number, random: number): boolean {
  return slot.health.recheckAt !== undefined && recheckLater(slot, now, random);
}

function recoverOnProbation(slot: Slot, now: number): boolean {
  makeReady(slot, now);
  slot.health.probation = true;
  return true;
}

/** If the account was never blocked, the refusal was about the requested model, and only that model stays shut. */
function recoverBlocked(slot: Slot, now: number, random: number): boolean {
  const { endpoint, evidence } = slot.health;
  if (endpoint !== undefined) {
    const gate = modelGateOf(routeOf(slot, endpoint.route).models, endpoint.upstreamModel);
    shutGate(gate, {
      cause: 'entitlement',
      aboutModel: true,
      evidence: evidence ?? { message: '' },
      report: undefined,
      retryAfterSeconds: undefined,
      sequence: slot.failedSequence,
      latest: slot.failedSequence,
      now,
      random,
    });
  }
  return recoverOnProbation(slot, now);
}

function block(slot: Slot, report: CreditsReport, now: number, random: number): boolean {
  const { health } = slot;
  health.condition = 'blocked';
  health.cause = 'entitlement';
  health.until = 0;
  health.urgentUntil = 0;
  health.since = now;
  health.endpoint = undefined;
  health.evidence = { message: report.message ?? 'The credits endpoint reports that the account is blocked.' };
  scheduleRecheck(slot, coolDownRules.entitlement.recheck, now, random);
  return true;
}

function applyToCoolDown(slot: Slot, report: CreditsReport, now: number, random: number): boolean {
  const { health } = slot;
  if (health.recheckAt === undefined) return false;
  if (hasCredits(report)) {
    health.until = Math.min(health.until, now + grow(contradictedTime, health.strikes - 1, random));
    health.urgentUntil = health.until;
    health.probation = true;
    health.recheckAt = undefined;
    return true;
  }
  const { retryAfterSeconds } = report;
  if (report.status === 'rate-limited' && retryAfterSeconds !== undefined) {
    const named = now + retryAfterSeconds * 1000;
    // The report is newer than the refusal, and better than a guess.
    health.until = health.cause === 'quota' && !health.named ? named : Math.min(health.until, named);
    health.urgentUntil = health.until;
  }
  return recheckLater(slot, now, random);
}

function recheckLater(slot: Slot, now: number, random: number): boolean {
  const { cause } = slot.health;
  const recheck = (cause === undefined ? undefined : coolDownRules[cause].recheck) ?? coolDownRules.quota.recheck;
  scheduleRecheck(slot, recheck, now, random);
  return true;
}
