import { expect, test } from 'vitest';
import { BodyBudget } from './body-budget.ts';

const large = 1_000_000;
const freeBytes = 65_536;

test('bodies share the memory, up to a limit per caller, and release it', () => {
  const budget = new BodyBudget({ total: 2.5 * large, perCaller: 1.5 * large });
  const first = budget.open('a');
  expect(first.grow(large)).toBe(true);
  expect(budget.open('a').grow(large)).toBe(false);
  const other = budget.open('b');
  expect(other.grow(large)).toBe(true);
  expect(budget.open('c').grow(large)).toBe(false);
  first.release();
  expect(budget.open('c').grow(large)).toBe(true);
  other.release();
  other.release();
  expect(budget.used).toBe(large - freeBytes);
});

test('small bodies are freeBytes, and large ones only count the excess', () => {
  const budget = new BodyBudget({ total: large, perCaller: large });
  const share = budget.open('a');
  for (let grown = 0; grown < large + freeBytes; grown += freeBytes / 4)
    expect(share.grow(freeBytes / 4) || grown >= large).toBe(true);
  expect(budget.used).toBeLessThanOrEqual(large);
  for (let request = 0; request < 1000; request += 1) expect(budget.open('a').grow(freeBytes)).toBe(true);
  share.release();
  expect(budget.used).toBe(0);
});
