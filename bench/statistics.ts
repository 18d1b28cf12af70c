/** The median of the values; NaN if there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The minimum and maximum of the values. */
export function range(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * Ratios of two series of an alternating run, per round, so that a slow round affects both sides of its ratio.
 * A series with fewer rounds is represented by its median.
 */
export function ratios(numerators: readonly number[], denominators: readonly number[]): number[] {
  if (numerators.length === denominators.length) {
    return numerators.map((value, round) => value / (denominators[round] ?? Number.NaN));
  }
  return numerators.map((value) => value / median(denominators));
}
