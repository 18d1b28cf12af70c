import { describe, expect, it } from 'vitest';
import { endpointsOf } from './testing/core-harness.ts';
import { settle } from './testing/manual-timers.ts';
import { failure, PoolBench, testCredential } from './testing/pool-bench.ts';

const hour = 3_600_000;
const a = testCredential('a');
const b = testCredential('b');

describe('recovery', () => {
  it('brings a token that works again back, with checks at growing intervals', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.reports.set('a@example.com', failure('token'));
    await bench.timers.advance(10_000);
    bench.fail('token');
    bench.probe.asked.length = 0;
    await bench.timers.advance(hour);
    expect(bench.state('a')?.name).toBe('invalid');
    expect(bench.probe.asked.length).toBeGreaterThan(5);
    expect(bench.probe.asked.length).toBeLessThan(20);
    bench.probe.reports.set('a@example.com', { status: 'ok' });
    await bench.timers.advance(6 * hour);
    expect(bench.state('a')?.name).toBe('ready');
  });

  it('continues after a restart', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('entitlement');
    await bench.timers.advance(250);
    await bench.restart();
    await bench.timers.advance(20_000);
    expect(bench.state('a')?.name).toBe('ready');
  });

  it('checks the credits before a long cool-down, and shortens it when there are credits left', async () => {
    const bench = await PoolBench.start([a]);
    await bench.timers.advance(20_000);
    bench.probe.reports.set('a@example.com', { status: 'ok', monthlyTotal: 2000, monthlyRemaining: 1500 });
    bench.fail('quota', { retryAfterSeconds: 29 * 86_400 });
    await settle();
    await bench.timers.advance(1);
    expect(bench.state('a')?.until).toBeLessThan(bench.timers.now + 11_000);
    expect(bench.pool.get('a')?.credits).toMatchObject({ monthlyRemaining: 1500 });
  });

  it('ends a long cool-down as soon as the endpoint reports credits', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.reports.set('a@example.com', { status: 'rate-limited', monthlyTotal: 2000, monthlyRemaining: 0 });
    bench.fail('quota', { retryAfterSeconds: 29 * 86_400 });
    const { until } = bench.state('a') ?? {};
    await bench.timers.advance(24 * hour);
    expect(bench.state('a')).toMatchObject({ name: 'cooling', until });
    bench.probe.reports.set('a@example.com', { status: 'ok', monthlyTotal: 2000, monthlyRemaining: 2000 });
    await bench.timers.advance(7 * hour);
    expect(bench.state('a')?.name).toBe('ready');
  });

  it('ignores a check made with a token that has been replaced', async () => {
    const bench = await PoolBench.start([a]);
    const gate = Promise.withResolvers<void>();
    bench.probe.gate = gate.promise;
    bench.probe.reports.set('a@example.com', { status: 'ok' });
    bench.fail('token');
    await bench.timers.advance(11_000);
    await bench.pool.edit('a', { token: 'worse-token' });
    bench.fail('token');
    gate.resolve();
    await settle();
    expect(bench.state('a')?.name).toBe('invalid');
    expect(bench.pool.get('a')?.credits).toBeNull();
  });

  it('is not undone by refusals of earlier requests', async () => {
    const bench = await PoolBench.start([a]);
    await bench.timers.advance(10_000);
    const early = Array.from({ length: 4 }, () => bench.lease({ endpoints: endpointsOf('x') }));
    for (const lease of early) {
      lease.release({ type: 'failure', failure: failure('entitlement') });
      await bench.timers.advance(6000);
      expect(bench.state('a')?.name).toBe('ready');
    }
    bench.lease({ endpoints: endpointsOf('y') });
  });

  it('follows from a test that another process made', async () => {
    const bench = await PoolBench.start([a]);
    bench.probe.reports.set('a@example.com', failure('token'));
    await bench.timers.advance(10_000);
    bench.fail('token');
    await bench.timers.advance(hour);
    bench.probe.reports.set('a@example.com', { status: 'ok' });
    bench.probe.asked.length = 0;
    await bench.pool.reload();
    await bench.timers.advance(6000);
    expect(bench.probe.asked).toEqual(['a@example.com']);
    expect(bench.state('a')?.name).toBe('ready');
  });
});

describe('a clock that is set back', () => {
  it('makes no cool-down longer', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('rate', { retryAfterSeconds: 60 });
    bench.timers.setBack(8 * hour);
    expect(bench.refusal().retryAfterSeconds).toBe(60);
    await bench.timers.advance(60_000);
    bench.lease();
  });

  it('makes none longer over a restart', async () => {
    const bench = await PoolBench.start([a]);
    bench.fail('rate', { retryAfterSeconds: 60 });
    await bench.timers.advance(1000);
    bench.timers.setBack(8 * hour);
    await bench.restart();
    await bench.timers.advance(60_000);
    bench.lease();
  });

  it('makes no request wait more than twice the time', async () => {
    const limited = testCredential('a', { maxConcurrency: 1 });
    const bench = await PoolBench.start([limited], { queueTimeout: 5000 });
    bench.lease();
    const waiting = Promise.resolve(bench.request()).catch((error: unknown) => error);
    bench.timers.setBack(hour);
    await bench.timers.advance(10_000);
    expect(await waiting).toBeInstanceOf(Error);
  });
});

describe('the forecast', () => {
  it('sums credits over enabled credentials and foresees when they end', async () => {
    const bench = await PoolBench.start([a, b, testCredential('c', { enabled: false })]);
    for (let remaining = 1000; remaining > 900; remaining -= 10) {
      bench.probe.reports.set('a@example.com', { status: 'ok', monthlyTotal: 2000, monthlyRemaining: remaining });
      bench.probe.reports.set('b@example.com', { status: 'ok', dailyTotal: 200, dailyUsed: 50 });
      bench.lease();
      await bench.timers.advance(600_000);
    }
    const forecast = bench.pool.forecast();
    expect(forecast).toMatchObject({ total: 2200 });
    expect(forecast.remaining).toBeGreaterThan(1050);
    expect(forecast.ratePerHour).toBeGreaterThan(40);
    expect(forecast.ratePerHour).toBeLessThan(80);
    expect(forecast.emptyAt).toBeGreaterThan(bench.timers.now + 10 * hour);
  });

  it('knows nothing at first', async () => {
    const bench = await PoolBench.start([a]);
    expect(bench.pool.forecast()).toEqual({ total: null, remaining: null, ratePerHour: null, emptyAt: null });
  });
});
