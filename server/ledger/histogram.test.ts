import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount, bucketOf, quantile } from './histogram.ts';

const histogramOf = (durations: readonly number[]) => {
  const counts = new Array<number>(bucketCount).fill(0);
  for (const duration of durations) counts[bucketOf(duration)] = (counts[bucketOf(duration)] ?? 0) + 1;
  return counts;
};

describe('bucketOf', () => {
  it.each([
    [0, 0],
    [50, 0],
    [51, 1],
    [100, 1],
    [101, 2],
    [50 * 2 ** 14, 14],
    [50 * 2 ** 14 + 1, 15],
    [Number.MAX_SAFE_INTEGER, 15],
  ])('puts %d ms into bucket %d', (duration, bucket) => {
    expect(bucketOf(duration)).toBe(bucket);
  });
});

describe('quantile', () => {
  it('is null if nothing was measured', () => {
    expect(quantile(histogramOf([]), 0.95)).toBeNull();
  });

  it('is in the bucket of the exact quantile, for any durations', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 51, max: 800_000 }), { minLength: 1, maxLength: 200 }), (durations) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
        const estimate = quantile(histogramOf(durations), 0.95) ?? 0;
        expect(bucketOf(estimate)).toBe(bucketOf(exact));
      }),
      { numRuns: 300 },
    );
  });

  it('is close to the exact quantile if durations are spread out', () => {
    const durations = Array.from({ length: 10_000 }, (_, index) => 100 * 512 ** (index / 10_000));
    const exact = durations[9499] ?? 0;
    const estimate = quantile(histogramOf(durations), 0.95) ?? 0;
    expect(Math.abs(estimate - exact) / exact).toBeLessThan(0.05);
  });

  it('is a lower bound if it is in the last bucket', () => {
    expect(quantile(histogramOf([5_000_000]), 0.95)).toBe(50 * 2 ** 14);
  });
});
