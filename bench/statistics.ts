/** The middle of the values; the mean of the two middle ones when their count is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The least and the greatest of the values. */
export function range(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * Ratios of two series of one interleaved run, round by round, so that what slowed a round slows both sides of its ratio.
 * A side that ran fewer rounds is represented by its median.
 */
export function ratios(numerators: readonly number[], denominators: readonly number[]): number[] {
  if (numerators.length === denominators.length) {
    return numerators.map((value, round) => value / (denominators[round] ?? Number.NaN));
  }
  return numerators.map((value) => value / median(denominators));
}
