import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTimeTicks, describeBucket, type TimeScale } from './time-ticks.ts';

const hour = 3_600_000;
const shanghai: TimeScale = { interval: 'hour', zone: 'Asia/Shanghai', language: 'en' };
const buckets = (from: number, count: number, length = hour) =>
  Array.from({ length: count }, (_, index) => from + index * length);
const labels = (starts: readonly number[], scale: TimeScale) =>
  chooseTimeTicks(starts, scale).map(({ label }) => label);

describe('the marks of a day of hours', () => {
  it('stand at round local hours, and at midnight carry the date', () => {
    const from = Date.UTC(2026, 4, 5, 7);
    expect(labels(buckets(from, 25), shanghai)).toEqual([
      '15:00',
      '18:00',
      '21:00',
      'May 6',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
      '15:00',
    ]);
    expect(labels(buckets(from, 25), { ...shanghai, language: 'zh-CN' })).toContain('5月6日');
  });

  it('stand after midnight where the zone is half an hour off', () => {
    const from = Date.UTC(2026, 4, 5, 7);
    expect(labels(buckets(from, 25), { ...shanghai, zone: 'Asia/Kolkata' })).toContain('May 6');
  });
});

describe('the marks of an hour of minutes and of weeks', () => {
  it('are few', () => {
    const from = Date.UTC(2026, 4, 5, 7, 3);
    expect(labels(buckets(from, 61, 60_000), { ...shanghai, interval: 'minute' })).toEqual([
      '15:10',
      '15:20',
      '15:30',
      '15:40',
      '15:50',
      '16:00',
    ]);
  });

  it('are midnights over a week, and dates over a month', () => {
    const week = labels(buckets(Date.UTC(2026, 4, 1, 7), 169), shanghai);
    expect(week).toEqual(['May 2', 'May 3', 'May 4', 'May 5', 'May 6', 'May 7', 'May 8']);
    const month = labels(buckets(Date.UTC(2026, 3, 30, 16), 31, 24 * hour), { ...shanghai, interval: 'day' });
    expect(month.slice(0, 3)).toEqual(['May 1', 'May 5', 'May 9']);
  });

  it('are buckets, in order, and never too many', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'America/New_York', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 0, max: 500_000 }),
        fc.integer({ min: 1, max: 800 }),
        (zone, offset, count) => {
          const starts = buckets(offset * hour, count);
          const ticks = chooseTimeTicks(starts, { ...shanghai, zone });
          expect(ticks.length).toBeLessThanOrEqual(13);
          for (const { at } of ticks) expect(starts).toContain(at);
          expect(ticks.map(({ at }) => at)).toEqual(ticks.map(({ at }) => at).toSorted((a, b) => a - b));
        },
      ),
    );
  });
});

describe('a bucket in words', () => {
  it('has its day, its hours and its zone', () => {
    const start = Date.UTC(2026, 4, 6, 8);
    expect(describeBucket(start, start + hour, shanghai)).toBe('Wed, May 6, 16:00 – 17:00 · GMT+8');
    expect(describeBucket(start, start + 24 * hour, { ...shanghai, interval: 'day' })).toBe('Wed, May 6 · GMT+8');
    expect(describeBucket(start, start + hour, { ...shanghai, zone: 'UTC', language: 'zh-CN' })).toBe(
      '5月6日周三, 08:00 – 09:00 · UTC',
    );
  });
});
