import { describe, expect, it } from 'vitest';
import type { Credits } from '../../../contract/credentials.ts';
import { readBalance } from './credits-bar.tsx';

const read = (fields: Partial<Credits>) => readBalance({ status: 'ok', checkedAt: 0, ...fields });

describe('the balance of an account', () => {
  it('is the month’s where it is known', () => {
    expect(read({ monthlyTotal: 2000, monthlyRemaining: 1500, dailyTotal: 10, dailyRemaining: 1 })).toEqual({
      total: 2000,
      remaining: 1500,
    });
  });

  it('is the day’s else, and what was not told is worked out', () => {
    expect(read({ dailyTotal: 200, dailyUsed: 30 })).toEqual({ total: 200, remaining: 170 });
    expect(read({ dailyTotal: 200, dailyUsed: 230 })).toEqual({ total: 200, remaining: 0 });
  });

  it('may lack a total, or be unknown', () => {
    expect(read({ monthlyRemaining: 5 })).toEqual({ total: undefined, remaining: 5 });
    expect(read({ monthlyTotal: 5 })).toBeUndefined();
    expect(read({})).toBeUndefined();
  });
});
