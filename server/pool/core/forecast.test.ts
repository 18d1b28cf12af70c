import { describe, expect, it } from 'vitest';
import { addReading, type CreditsReading, forecastCredits } from './forecast.ts';

const hour = 3_600_000;
const now = 100 * hour;
const reading = (hoursAgo: number, remaining: number): CreditsReading => ({ at: now - hoursAgo * hour, remaining });
const account = (total: number | undefined, ...readings: CreditsReading[]) => ({
  total,
  remaining: readings.at(-1)?.remaining,
  readings,
});

describe('forecastCredits', () => {
  it('adds up accounts and extends the rate', () => {
    const accounts = [
      account(2000, reading(2, 1000), reading(1, 950), reading(0, 900)),
      account(350, reading(1, 110), reading(0, 100)),
    ];
    expect(forecastCredits(accounts, now)).toEqual({
      total: 2350,
      remaining: 1000,
      ratePerHour: 60,
      emptyAt: Math.round(now + (1000 / 60) * hour),
    });
  });

  it('takes a rise for a refill, not for negative use', () => {
    const accounts = [account(100, reading(2, 20), reading(1, 10), reading(0.5, 100), reading(0, 90))];
    expect(forecastCredits(accounts, now).ratePerHour).toBe(10);
  });

  it('foresees no end when nothing is used', () => {
    expect(forecastCredits([account(100, reading(1, 50), reading(0, 50))], now)).toMatchObject({
      ratePerHour: 0,
      emptyAt: null,
    });
  });

  it('foresees no end beyond a year', () => {
    expect(forecastCredits([account(1e6, reading(1, 1e6), reading(0, 1e6 - 1))], now)).toMatchObject({
      remaining: 1e6 - 1,
      emptyAt: null,
    });
  });

  it('does not judge from too short a time or from old readings', () => {
    expect(forecastCredits([account(100, reading(0.4, 60), reading(0, 50))], now).ratePerHour).toBeNull();
    expect(forecastCredits([account(100, reading(0.5, 60), reading(0, 50))], now).ratePerHour).toBe(20);
    expect(forecastCredits([account(100, reading(9, 90), reading(8, 50))], now).ratePerHour).toBeNull();
  });

  it('is empty for no accounts', () => {
    expect(forecastCredits([], now)).toEqual({ total: null, remaining: null, ratePerHour: null, emptyAt: null });
  });
});

describe('addReading', () => {
  it('keeps the window’s readings, in order and bounded', () => {
    let readings: CreditsReading[] = [];
    for (let step = 0; step < 1000; step++) readings = addReading(readings, { at: step * 60_000, remaining: step });
    expect(readings).toHaveLength(60);
    expect(readings.at(-1)).toEqual({ at: 999 * 60_000, remaining: 999 });
    expect(addReading(readings, { at: 100 * hour, remaining: 1 })).toHaveLength(1);
    expect(addReading(readings, { at: 10 * 60_000, remaining: 1 })).toHaveLength(1);
  });
});
