import { describe, expect, it } from 'vitest';
import { noLimits } from '../testing/no-limits.ts';
import { readMeters, toneOf } from './meters.ts';

const day = { tokens: 100, dollars: 3.12, start: 0, end: 10 };
const month = { tokens: 1000, dollars: 20, start: 0, end: 300 };

describe('a key’s meters', () => {
  it('show the limits that are set, each by its own period', () => {
    const limits = {
      ...noLimits,
      dollarsPerDay: 5,
      tokensPerMonth: 2000,
      requestsPerMinute: 60,
      concurrentRequests: 4,
    };
    expect(readMeters({ limits, day, month }, { requests: 12, tokens: 5 })).toEqual([
      { name: 'dollarsPerDay', limit: 5, used: 3.12, resetsAt: 10 },
      { name: 'tokensPerMonth', limit: 2000, used: 1000, resetsAt: 300 },
      { name: 'requestsPerMinute', limit: 60, used: 12, resetsAt: undefined },
      { name: 'concurrentRequests', limit: 4, used: undefined, resetsAt: undefined },
    ]);
    expect(readMeters({ limits: noLimits, day, month })).toEqual([]);
  });

  it('warn at 80 %, and at the limit', () => {
    expect([0, 79, 80, 99, 100, 120].map((used) => toneOf({ used, limit: 100 }))).toEqual([
      'good',
      'good',
      'warn',
      'warn',
      'bad',
      'bad',
    ]);
  });
});
