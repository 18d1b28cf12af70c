import { expect, it } from 'vitest';
import { compareShares, compareValues } from './change.ts';

it('is a share of what was before', () => {
  expect(compareValues(112, 100)?.share).toBeCloseTo(0.12);
  expect(compareValues(50, 100)).toEqual({ share: -0.5, isBad: false });
  expect(compareValues(200, 100, true)).toEqual({ share: 1, isBad: true });
  expect(compareValues(100.1, 100)).toBeUndefined();
});

it('is nothing where there was nothing', () => {
  expect(compareValues(5, 0)).toBeUndefined();
  expect(compareValues(5, null)).toBeUndefined();
  expect(compareValues(null, 5)).toBeUndefined();
  expect(compareShares(0.5, null)).toBeUndefined();
});

it('is a difference for shares', () => {
  expect(compareShares(0.05, 0.02)?.share).toBeCloseTo(0.03);
  expect(compareShares(0.02, 0.02)).toBeUndefined();
});
