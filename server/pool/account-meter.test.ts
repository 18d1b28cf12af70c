import { describe, expect, it } from 'vitest';
import { AccountMeter, type AccountMeterOptions } from './account-meter.ts';
import { FakeProbe } from './testing/fake-probe.ts';
import { ManualTimers, settle } from './testing/manual-timers.ts';
import { failure, testCredential } from './testing/pool-bench.ts';

const minute = 60_000;

function start(ids: readonly string[], changes: Partial<AccountMeterOptions> = {}) {
  const timers = new ManualTimers();
  const probe = new FakeProbe();
  const reported: string[] = [];
  const failed: string[] = [];
  const meter = new AccountMeter({
    probe,
    background: true,
    timers,
    clock: timers.clock,
    random: () => 0.5,
    credential: (id) => testCredential(id),
    usedAt: () => undefined,
    claimCheck: async () => true,
    onReport: ({ id }) => reported.push(id),
    onFailure: ({ id }) => failed.push(id),
    ...changes,
  });
  meter.track(ids);
  return { timers, probe, meter, reported, failed };
}

describe('the account meter', () => {
  it('asks soon after the start, then hourly while idle', async () => {
    const { timers, probe, meter } = start(['a']);
    await timers.advance(5000);
    expect(probe.asked).toEqual(['a@example.com']);
    expect(meter.record('a')).toMatchObject({ report: { status: 'ok' } });
    await timers.advance(59 * minute);
    expect(probe.asked).toHaveLength(1);
    await timers.advance(minute);
    expect(probe.asked).toHaveLength(2);
  });

  it('asks every ten minutes while the credential is used', async () => {
    const timers = new ManualTimers();
    const { probe } = start(['a'], { timers, clock: timers.clock, usedAt: () => timers.now });
    await timers.advance(5000 + 30 * minute);
    expect(probe.asked).toHaveLength(4);
  });

  it('spreads the times by chance', async () => {
    const asked: number[] = [];
    for (const random of [0, 0.999]) {
      const timers = new ManualTimers();
      const { probe } = start(['a'], { timers, clock: timers.clock, random: () => random });
      await timers.advance(10_000);
      probe.asked.length = 0;
      while (probe.asked.length === 0) await timers.advance(minute);
      asked.push(Math.round((timers.now - 1_750_000_000_000) / minute));
    }
    expect(asked[0]).toBeLessThan(50);
    expect(asked[1]).toBeGreaterThan(70);
  });

  it('checks on request, but not more often than every five seconds', async () => {
    const { timers, probe, meter } = start(['a']);
    await timers.advance(5000);
    for (let step = 0; step < 60; step++) {
      meter.checkBy('a', timers.now);
      await timers.advance(1000);
    }
    expect(probe.asked.length).toBeGreaterThanOrEqual(12);
    expect(probe.asked.length).toBeLessThanOrEqual(13);
  });

  it('postpones no check when the clock is set back', async () => {
    const { timers, probe, meter } = start(['a']);
    await timers.advance(5000 + 50 * minute);
    timers.setBack(24 * 60 * minute);
    await timers.advance(10 * minute);
    expect(probe.asked).toHaveLength(2);
    timers.setBack(24 * 60 * minute);
    meter.checkBy('a', timers.now);
    await timers.advance(5000);
    expect(probe.asked).toHaveLength(3);
  });

  it('asks a few at a time', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const { timers, probe, reported } = start(ids);
    const gate = Promise.withResolvers<void>();
    probe.gate = gate.promise;
    await timers.advance(10_000);
    expect(probe.asked).toHaveLength(4);
    gate.resolve();
    await timers.advance(10_000);
    expect(reported).toHaveLength(20);
  });

  it('does not wait for an answer for ever', async () => {
    const { timers, meter, failed } = start(['a'], {
      probe: {
        checkCredits: (_, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        listSites: async () => [],
      },
    });
    await timers.advance(25_000);
    expect(failed).toEqual(['a']);
    expect(meter.record('a')).toBeUndefined();
    await timers.advance(70 * minute);
    expect(failed.length).toBeGreaterThan(1);
  });

  it('passes on failures and keeps what it knew', async () => {
    const { timers, probe, meter, failed } = start(['a']);
    await timers.advance(5000);
    const known = meter.record('a');
    probe.reports.set('a@example.com', failure('transient'));
    await timers.advance(70 * minute);
    expect(failed).toEqual(['a']);
    expect(meter.record('a')).toBe(known);
  });

  it('does not ask for credentials that are gone or disabled', async () => {
    const { timers, probe } = start(['a'], { credential: () => undefined });
    await timers.advance(3 * 60 * minute);
    expect(probe.asked).toEqual([]);
  });

  it('makes no checks in a short-lived process', async () => {
    const { timers, probe, meter } = start(['a'], { background: false });
    meter.checkBy('a', timers.now);
    await timers.advance(3 * 60 * minute);
    expect(probe.asked).toEqual([]);
  });

  it('stops when closed, also what is under way', async () => {
    const { timers, probe, meter, reported, failed } = start(['a']);
    const gate = Promise.withResolvers<void>();
    probe.gate = gate.promise;
    await timers.advance(5000);
    meter.close();
    gate.resolve();
    await settle();
    await timers.advance(3 * 60 * minute);
    expect([...reported, ...failed]).toEqual([]);
    expect(probe.asked).toHaveLength(1);
  });

  it('keeps its records when closed, for the final save', async () => {
    const { timers, meter } = start(['a']);
    await timers.advance(10_000);
    const known = meter.record('a');
    expect(known).toBeDefined();
    meter.close();
    expect(meter.record('a')).toBe(known);
  });
});
