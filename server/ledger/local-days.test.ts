import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeZone, splitLocalDays } from './local-days.ts';

const hour = 3_600_000;
const zones = [
  'UTC',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/St_Johns',
  'Africa/Casablanca',
];
const localTime = (zone: string, at: number) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
const localDate = (zone: string, at: number) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);

describe('the days of a zone', () => {
  it('begin at local midnight', () => {
    const noon = Date.UTC(2026, 4, 6, 12);
    expect(splitLocalDays(noon, noon + 1, 'Asia/Shanghai')).toEqual([
      { start: Date.UTC(2026, 4, 5, 16), end: Date.UTC(2026, 4, 6, 16) },
    ]);
  });

  it('are 23 or 25 hours long when the clocks change', () => {
    const lengths = (from: number) =>
      splitLocalDays(from, from + 48 * hour, 'Europe/Berlin').map(({ start, end }) => (end - start) / hour);
    expect(lengths(Date.UTC(2026, 2, 28, 12))).toEqual([24, 23, 24]);
    expect(lengths(Date.UTC(2026, 9, 24, 12))).toEqual([24, 25, 24]);
  });

  it('begin at the next whole hour in zones with a half-hour offset', () => {
    const [first] = splitLocalDays(Date.UTC(2026, 4, 6, 12), Date.UTC(2026, 4, 6, 13), 'Asia/Kolkata');
    expect(localTime('Asia/Kolkata', first?.start ?? 0)).toBe('00:30');
  });

  it('are contiguous, cover the whole range, and begin within an hour after midnight', () => {
    const times = fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2035, 0) });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        times,
        fc.integer({ min: 1, max: 40 * 24 * hour }),
        (zone, from, length) => {
          const days = splitLocalDays(from, from + length, zone);
          expect(days[0]?.start).toBeLessThanOrEqual(from);
          expect(days.at(-1)?.end).toBeGreaterThanOrEqual(from + length);
          expect(days.length).toBeLessThanOrEqual(length / (23 * hour) + 3);
          days.forEach(({ start, end }, index) => {
            expect(start % hour).toBe(0);
            expect(end).toBeGreaterThan(start);
            expect(days[index + 1]?.start ?? end).toBe(end);
            // In zones that switch to daylight saving time at midnight, that day starts at 01:00.
            expect(['00', '01']).toContain(localTime(zone, start).slice(0, 2));
            expect(localDate(zone, start)).toBe(localDate(zone, end - hour));
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are only valid for existing zones', () => {
    expect(isTimeZone('Asia/Shanghai')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(isTimeZone('')).toBe(false);
  });
});
