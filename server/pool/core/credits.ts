import { BLIND_TRIAL, contradictedTime, coolDownRules, grow } from './cool-down.ts';
import { shutGate } from './gate.ts';
import { scheduleRecheck, takeBack } from './outcome.ts';
import { conditionAt, routeOf, type Slot } from './slot.ts';
import { modelGateOf } from './slot-route.ts';

/** What the credits endpoint says of one credential. Every figure may be absent. */
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

/** Credits left of how many: by the month, else by the day; undefined where the report does not say. */
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

/** Credits left as a share of all, 0 to 1, where both are known. */
export function creditsLeftOf(report: CreditsReport): number | undefined {
  const { total, remaining } = balanceOf(report);
  return total === undefined || remaining === undefined || total <= 0 ? undefined : Math.min(1, remaining / total);
}

/** Whether requests should pass: the status says so and no known balance is empty. */
function hasCredits(report: CreditsReport): boolean {
  if (report.status !== 'ok') return false;
  const daily = remainderOf(report.dailyTotal, report.dailyUsed, report.dailyRemaining);
  const monthly = remainderOf(report.monthlyTotal, report.monthlyUsed, report.monthlyRemaining);
  return daily !== 0 && monthly !== 0;
}

/**
 * Takes in a credits report. It can bring a credential back or shorten its time out. It takes one out only when it says
 * that the account is not entitled: of credits, only the answers to real requests tell for sure.
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
      // Any sensible answer but a 401 shows that the token is good.
      if (report.status === 'blocked') return block(slot, report, now, random);
      if (report.status !== 'unknown') return healOnProbation(slot, now);
      break;
    case 'blocked':
      if (report.status === 'ok') return healBlocked(slot, now, random);
      health.endpoint = undefined;
      if (report.status === 'unknown' && now - health.since >= BLIND_TRIAL) return healOnProbation(slot, now);
      break;
    case 'cooling':
      if (report.status === 'blocked') return block(slot, report, now, random);
      return applyToCoolDown(slot, report, now, random);
  }
  return recheckLater(slot, now, random);
}

/** The check itself failed: nothing is known, ask again later. */
export function applyFailedCheck(slot: Slot, now: number, random: number): boolean {
  return slot.health.recheckAt !== undefined && recheckLater(slot, now, random);
}

function healOnProbation(slot: Slot, now: number): boolean {
  takeBack(slot, now);
  slot.health.probation = true;
  return true;
}

/** Was it well all the time? Then the refusal was about what was asked for, and that alone stays out. */
function healBlocked(slot: Slot, now: number, random: number): boolean {
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
  return healOnProbation(slot, now);
}

function block(slot: Slot, report: CreditsReport, now: number, random: number): boolean {
  const { health } = slot;
  health.condition = 'blocked';
  health.cause = 'entitlement';
  health.until = 0;
  health.urgentUntil = 0;
  health.since = now;
  health.endpoint = undefined;
  health.evidence = { message: report.message ?? 'The credits endpoint says that the account is blocked.' };
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
    // The endpoint's word is newer than a refusal's, and better than a guess.
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
