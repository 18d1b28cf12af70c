import { describe, expect, it } from 'vitest';
import * as format from './format.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('numbers', () => {
  it('are grouped and shortened as the language does', () => {
    expect(format.formatCount(1234567, 'en')).toBe('1,234,567');
    expect(format.formatCompact(1_234_567)).toBe('1.2M');
    expect(format.formatCompact(64_000)).toBe('64K');
    expect([0, 1, 41_200, 1_260_000].map((bytes) => format.formatBytes(bytes, 'en'))).toEqual([
      '0 KB',
      '1 KB',
      '42 KB',
      '1.3 MB',
    ]);
  });

  it('write the limits of models as their vendors do', () => {
    expect([1_048_576, 1_000_000, 65_536, 64_000, 8192, 200_000].map(format.formatTokenLimit)).toEqual([
      '1M',
      '1M',
      '64K',
      '64K',
      '8K',
      '200K',
    ]);
    expect([128_000, 131_072, 32_768].map(format.formatTokenLimit)).toEqual(['128K', '128K', '32K']);
    expect(format.formatTokenLimit(1_050_000)).toBe('1.05M');
    expect(format.formatTokenLimit(500)).toBe('500');
  });

  it('keep the digits of small shares and sums', () => {
    expect(format.formatPercent(0.004, 'en')).toBe('0.4%');
    expect(format.formatPercent(0.42, 'en')).toBe('42%');
    expect(format.formatPercent(0, 'en')).toBe('0%');
    expect(format.formatDollars(0.0042, 'en')).toBe('$0.0042');
    expect(format.formatDollars(0.00004, 'en')).toBe('<$0.0001');
    expect(format.formatDollars(0, 'en')).toBe('$0.00');
    expect(format.formatDollars(12.5, 'zh-CN')).toBe('$12.50');
    expect([0.025, 0.9, 1.5, 0].map((value) => format.formatCost(value, 'en'))).toEqual([
      '$0.0250',
      '$0.9000',
      '$1.50',
      '$0.00',
    ]);
  });
});

describe('durations', () => {
  it('go from milliseconds to minutes, with the same units in every language', () => {
    const duration = (milliseconds: number, language = 'en') => format.formatDuration(milliseconds, language);
    expect(duration(84.4)).toBe('84 ms');
    expect(duration(999.7)).toBe('1 s');
    expect(duration(1240)).toBe('1.24 s');
    expect(duration(12_031)).toBe('12 s');
    expect(duration(59_960)).toBe('1 m');
    expect(duration(125 * second)).toBe('2 m 5 s');
    expect(duration(33, 'zh-CN')).toBe('33 ms');
    expect(duration(1440, 'zh-CN')).toBe('1.44 s');
  });
});

describe('spans', () => {
  const span = (milliseconds: number, language = 'en') => format.formatSpan(milliseconds, language);

  it('show the two largest units', () => {
    expect(span(3 * day + 4 * hour + 5 * minute)).toBe('3 d 4 h');
    expect(span(minute)).toBe('1 m');
    expect(span(hour + 5 * second)).toBe('1 h');
    expect(span(91 * second)).toBe('1 m 31 s');
    expect(span(91 * second, 'zh-CN')).toBe('1 分 31 秒');
  });

  it('round up and are never nothing, so that a countdown ends at one', () => {
    expect(span(1)).toBe('1 s');
    expect(span(0)).toBe('1 s');
    expect(span(1001)).toBe('2 s');
    expect(span(59_500)).toBe('1 m');
  });
});

describe('relative times', () => {
  const now = Date.UTC(2026, 0, 2);

  it('look back and ahead', () => {
    expect(format.formatRelative(now - 3 * minute, now, 'en')).toBe('3m ago');
    expect(format.formatRelative(now + 2 * day, now, 'en')).toBe('in 2d');
    expect(format.formatRelative(now - 3 * minute, now, 'zh-CN')).toBe('3 分钟前');
  });

  it('call what has just been "now"', () => {
    expect(format.formatRelative(now - 4000, now, 'en')).toBe('now');
  });
});

describe('the time of day', () => {
  it('has the date on other days only', () => {
    const at = new Date(2026, 4, 6, 16, 12).getTime();
    expect(format.formatClock(at, 'en', at + hour)).toBe('16:12');
    expect(format.formatClock(at, 'en', at + day)).toBe('May 6, 16:12');
    expect(format.formatLogTime(at, at + 59 * minute, 'en')).toBe('59m ago');
    expect(format.formatLogTime(at, at + hour, 'en')).toBe('16:12');
    expect(format.formatLogTime(at, at + day, 'zh-CN')).toBe('5月6日 16:12');
  });
});

describe('estimates', () => {
  it('have no digits that nobody can know', () => {
    expect(format.formatRough(11_534_811.3)).toBe('12M');
    expect(format.formatRough(0.333)).toBe('0.33');
    expect(format.formatRoughSpan(3 * day + 4 * hour, 'en')).toBe('3 d');
    expect(format.formatRoughSpan(100, 'en')).toBe('1 s');
    const at = new Date(2026, 4, 6).getTime();
    expect(format.formatDay(at, 'en', at)).toBe('May 6');
    expect(format.formatDay(at, 'en', at + 400 * day)).toBe('May 6, 2026');
    expect(format.formatDecimal(1.25, 'en')).toBe('1.3');
  });
});
