import { describe, expect, it } from 'vitest';
import { CoreHarness, endpointsOf, slotSettings } from '../testing/core-harness.ts';
import { applyCredits, applyFailedCheck, balanceOf, type CreditsReport, creditsLeftOf } from './credits.ts';
import type { Slot } from './slot.ts';

const hour = 3_600_000;
const plenty: CreditsReport = { status: 'ok', monthlyTotal: 2000, monthlyRemaining: 500 };

function failed(...[fault, changes]: [Parameters<CoreHarness['fail']>[1], Parameters<CoreHarness['fail']>[2]?]) {
  const harness = new CoreHarness([slotSettings('a')], {}, () => 1);
  harness.fail(harness.grant(), fault, changes);
  return { harness, slot: harness.slot('a') };
}

function applyReport(slot: Slot, report: CreditsReport, now: number): void {
  applyCredits(slot, report, now, 1);
}

describe('a balance', () => {
  it.each([
    [{ monthlyTotal: 100, monthlyRemaining: 40 }, 100, 40, 0.4],
    [{ monthlyTotal: 100, monthlyUsed: 30 }, 100, 70, 0.7],
    [{ monthlyTotal: 100, monthlyUsed: 130 }, 100, 0, 0],
    [{ dailyTotal: 10, dailyUsed: 4 }, 10, 6, 0.6],
    [{ monthlyTotal: 100, monthlyRemaining: 40, dailyRemaining: 1 }, 100, 40, 0.4],
    [{ monthlyRemaining: 40 }, undefined, 40, undefined],
    [{ monthlyTotal: 0, monthlyRemaining: 0 }, 0, 0, undefined],
    [{}, undefined, undefined, undefined],
  ])('%j', (figures, total, remaining, share) => {
    const report: CreditsReport = { status: 'ok', ...figures };
    expect(balanceOf(report)).toEqual({ total, remaining });
    expect(creditsLeftOf(report)).toBe(share);
  });
});

describe('a report', () => {
  it('of credits never takes out a credential that is ready', () => {
    const { harness, slot } = failed('request');
    for (const status of ['rate-limited', 'unknown'] as const) applyReport(slot, { status }, harness.now);
    expect(slot.health.condition).toBe('ready');
  });

  it.each(['request', 'rate'] as const)(
    'that says blocked takes out an account after a %s failure as well',
    (fault) => {
      const { harness, slot } = failed(fault);
      applyReport(slot, { status: 'blocked', message: 'Ask your admin' }, harness.now);
      expect(slot.health).toMatchObject({
        condition: 'blocked',
        cause: 'entitlement',
        evidence: { message: 'Ask your admin' },
        recheckAt: expect.any(Number),
      });
      applyReport(slot, plenty, harness.now);
      expect(slot.health).toMatchObject({ condition: 'ready', probation: true });
    },
  );

  it.each(['ok', 'rate-limited'] as const)('%s: an invalid token is good again, on probation', (status) => {
    const { harness, slot } = failed('token');
    applyReport(slot, { status }, harness.now);
    expect(slot.health).toMatchObject({ condition: 'ready', probation: true, recheckAt: undefined });
  });

  it('that says blocked: an invalid token is good again, its account is not', () => {
    const { harness, slot } = failed('token');
    applyReport(slot, { status: 'blocked', message: 'no licence' }, harness.now);
    expect(slot.health).toMatchObject({ condition: 'blocked', evidence: { message: 'no licence' } });
  });

  it.each([
    ['token', 'unknown'],
    ['entitlement', 'blocked'],
    ['entitlement', 'rate-limited'],
    ['entitlement', 'unknown'],
  ] as const)('after %s, %s changes nothing and is asked for again later and later', (fault, status) => {
    const { harness, slot } = failed(fault);
    const { condition } = slot.health;
    const waits: number[] = [];
    for (let asked = 0; asked < 14; asked++) {
      const due = slot.health.recheckAt ?? Number.NaN;
      waits.push((due - harness.now) / 1000);
      if (due - slot.health.since > 5 * hour) break;
      harness.now = due;
      applyReport(slot, { status }, harness.now);
      expect(slot.health.condition).toBe(condition);
    }
    expect(waits.slice(0, 4)).toEqual([fault === 'token' ? 10 : 0, 20, 40, 80]);
  });

  it('waits at most six hours between re-checks', () => {
    const { harness, slot } = failed('token');
    for (let asked = 0; asked < 30; asked++) applyFailedCheck(slot, harness.now, 1);
    expect(slot.health.recheckAt).toBe(harness.now + 6 * hour);
  });

  it('that knows nothing lets a blocked credential have a trial after six hours', () => {
    const { harness, slot } = failed('entitlement');
    applyReport(slot, { status: 'unknown' }, harness.now + 6 * hour);
    expect(slot.health).toMatchObject({ condition: 'ready', probation: true });
  });

  it('that finds a blocked account well at once puts the blame on the model alone, for longer each time', () => {
    const { harness, slot } = failed('entitlement', { evidence: 'not for you' });
    applyReport(slot, plenty, harness.now);
    expect(slot.health).toMatchObject({ condition: 'ready', probation: true });
    expect(harness.route('a').models.get('model')).toMatchObject({
      until: harness.now + 300_000,
      evidence: { message: 'not for you' },
    });
    harness.succeed(harness.grant({ endpoints: endpointsOf('other') }));
    harness.advance(300_000);
    harness.fail(harness.grant(), 'entitlement');
    applyReport(slot, plenty, harness.now);
    expect(harness.route('a').models.get('model')?.until).toBe(harness.now + 600_000);
  });

  it.each(['blocked', 'rate-limited', 'unknown'] as const)('that says %s first clears the model', (status) => {
    const { harness, slot } = failed('entitlement');
    applyReport(slot, { status }, harness.now);
    applyReport(slot, plenty, harness.now);
    expect(slot.health.condition).toBe('ready');
    expect(harness.route('a').models.size).toBe(0);
  });

  it('does not restart the intervals when the endpoint and the models disagree', () => {
    const { harness, slot } = failed('token');
    for (let round = 0; round < 3; round++) {
      applyReport(slot, plenty, harness.now);
      harness.fail(harness.grant(), 'token');
    }
    expect(slot.health.recheckAt).toBe(harness.now + 80_000);
    applyReport(slot, plenty, harness.now);
    harness.succeed(harness.grant());
    harness.fail(harness.grant(), 'token');
    expect(slot.health.recheckAt).toBe(harness.now + 10_000);
  });

  it('that there are credits left cuts a long block short, less each time', () => {
    const { harness, slot } = failed('quota', { retryAfterSeconds: 86_400 });
    applyReport(slot, plenty, harness.now);
    expect(slot.health.until).toBe(harness.now + 10_000);
    harness.advance(10_000);
    harness.fail(harness.grant(), 'quota', { retryAfterSeconds: 86_400 });
    applyReport(slot, plenty, harness.now);
    expect(slot.health.until).toBe(harness.now + 20_000);
  });

  it('that an account is fine but empty does not', () => {
    const { harness, slot } = failed('quota', { retryAfterSeconds: 86_400 });
    applyReport(slot, { status: 'ok', dailyTotal: 10, dailyUsed: 10, monthlyTotal: 100, monthlyUsed: 10 }, harness.now);
    expect(slot.health).toMatchObject({ until: harness.now + 86_400_000, recheckAt: harness.now + 900_000 });
  });

  it('does not touch a short block that the upstream named', () => {
    const { harness, slot } = failed('quota', { retryAfterSeconds: 60 });
    applyReport(slot, plenty, harness.now);
    expect(slot.health.until).toBe(harness.now + 60_000);
  });

  it('that names a time replaces a guess, and only shortens what was named', () => {
    const guess = failed('quota');
    applyReport(guess.slot, { status: 'rate-limited', retryAfterSeconds: 3600 }, guess.harness.now);
    expect(guess.slot.health.until).toBe(guess.harness.now + hour);
    const named = failed('quota', { retryAfterSeconds: 7200 });
    applyReport(named.slot, { status: 'rate-limited', retryAfterSeconds: 3600 }, named.harness.now);
    expect(named.slot.health.until).toBe(named.harness.now + hour);
    applyReport(named.slot, { status: 'rate-limited', retryAfterSeconds: 9000 }, named.harness.now);
    expect(named.slot.health.until).toBe(named.harness.now + hour);
  });

  it('that could not be had leaves everything and is asked for again', () => {
    const { harness, slot } = failed('quota', { retryAfterSeconds: 86_400 });
    applyFailedCheck(slot, harness.now, 1);
    expect(slot.health).toMatchObject({ until: harness.now + 86_400_000, recheckAt: harness.now + 900_000 });
    expect(applyFailedCheck(failed('rate').slot, harness.now, 1)).toBe(false);
  });
});
