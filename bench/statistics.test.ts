import { describe, expect, it } from 'vitest';
import { median, range, ratios } from './statistics.ts';

describe('median', () => {
  it('takes the middle of an odd count, whatever the order', () => expect(median([9, 1, 5])).toBe(5));
  it('takes the mean of the two middle ones of an even count', () => expect(median([10, 1, 2, 3])).toBe(2.5));
  it('is NaN for no values', () => expect(median([])).toBeNaN());
});

describe('range', () => {
  it('gives least and greatest', () => expect(range([3, 1, 2])).toEqual([1, 3]));
});

describe('ratios', () => {
  it('divides round by round', () => expect(ratios([10, 30], [100, 100])).toEqual([0.1, 0.3]));
  it('divides by the median when the other side ran fewer rounds', () =>
    expect(ratios([10, 30, 50], [10, 20])).toEqual([10 / 15, 2, 50 / 15]));
});
