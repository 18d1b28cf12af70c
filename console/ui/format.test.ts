import { describe, expect, it } from 'vitest';
import * as format from './format.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('numbers', () => {
  it('are grouped and shortened as the language does', () => {
    expect(format.formatCount(1234567, 'en')).toBe('1,234,567');
    expect(format.formatCompact(1_234_567, 'en')).toBe('1.2M');
    expect(format.formatCompact(1_234_567, 'zh-CN')).toBe('123.5万');
  });

  it('keep the digits of small shares and sums', () => {
    expect(format.formatPercent(0.004, 'en')).toBe('0.4%');
    expect(format.formatPercent(0.42, 'en')).toBe('42%');
    expect(format.formatPercent(0, 'en')).toBe('0%');
    expect(format.formatDollars(0.0042, 'en')).toBe('$0.0042');
    expect(format.formatDollars(12.5, 'zh-CN')).toBe('$12.50');
  });
});

describe('durations', () => {
  it('go from milliseconds to minutes', () => {
    expect(format.formatDuration(84.4, 'en')).toBe('84ms');
    expect(format.formatDuration(1240, 'en')).toBe('1.24s');
    expect(format.formatDuration(125 * second, 'en')).toBe('2m 5s');
    expect(format.formatDuration(1240, 'zh-CN')).toBe('1.24秒');
  });
});

describe('spans', () => {
  it('show the two largest units', () => {
    expect(format.formatSpan(3 * day + 4 * hour + 5 * minute, 'en')).toBe('3d 4h');
    expect(format.formatSpan(minute, 'en')).toBe('1m');
    expect(format.formatSpan(hour + 5 * second, 'en')).toBe('1h');
  });

  it('round up and are never nothing, so that a countdown ends at one', () => {
    expect(format.formatSpan(1, 'en')).toBe('1s');
    expect(format.formatSpan(0, 'en')).toBe('1s');
    expect(format.formatSpan(1001, 'en')).toBe('2s');
    expect(format.formatSpan(59_500, 'en')).toBe('1m');
  });
});

describe('relative times', () => {
  const now = Date.UTC(2026, 0, 2);

  it('look back and ahead', () => {
    expect(format.formatRelative(now - 3 * minute, now, 'en')).toBe('3 min. ago');
    expect(format.formatRelative(now + 2 * day, now, 'en')).toBe('in 2 days');
    expect(format.formatRelative(now - 3 * minute, now, 'zh-CN')).toBe('3分钟前');
  });

  it('call what has just been "now"', () => {
    expect(format.formatRelative(now - 4000, now, 'en')).toBe('now');
  });
});

describe('ticks of a chart', () => {
  it('are times within two days and dates beyond', () => {
    const at = new Date(2026, 4, 6, 7, 30).getTime();
    expect(format.formatTick(at, day, 'en')).toBe('07:30');
    expect(format.formatTick(at, 30 * day, 'en')).toBe('May 6');
    expect(format.formatTick(at, 30 * day, 'zh-CN')).toBe('5月6日');
  });
});
