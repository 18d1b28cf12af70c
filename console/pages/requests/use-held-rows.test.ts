import { describe, expect, it } from 'vitest';
import { countFresh } from './use-held-rows.ts';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

describe('what has come while rows are held', () => {
  it('is what stands before the first row that is shown', () => {
    expect(countFresh(rows('c', 'b'), rows('e', 'd', 'c', 'b'))).toBe(2);
    expect(countFresh(rows('c', 'b'), rows('c', 'b'))).toBe(0);
  });

  it('may be all that fits on the page', () => {
    expect(countFresh(rows('c'), rows('z', 'y'))).toBe(2);
    expect(countFresh(rows(), rows('z', 'y'))).toBe(2);
  });

  it('is nothing while nothing is known', () => {
    expect(countFresh(undefined, rows('a'))).toBe(0);
    expect(countFresh(rows('a'), undefined)).toBe(0);
  });
});
