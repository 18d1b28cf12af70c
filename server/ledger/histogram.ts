/**
 * Upper bounds of the buckets in milliseconds, doubling from 50 ms to 14 minutes. One more bucket takes everything
 * above.
 */
const bucketEnds: readonly number[] = Array.from({ length: 15 }, (_, index) => 50 * 2 ** index);

export const bucketCount = bucketEnds.length + 1;

/** The index of the bucket for a duration in milliseconds. Upper bounds are inclusive. */
export function bucketOf(milliseconds: number): number {
  const index = bucketEnds.findIndex((end) => milliseconds <= end);
  return index === -1 ? bucketEnds.length : index;
}

/**
 * Estimates a quantile from the buckets, assuming that durations are log-uniformly distributed within a bucket.
 *
 * @param share between 0 and 1
 * @returns milliseconds; null if nothing was measured
 */
export function quantile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) return interpolate(index, (rank - below) / count);
    below += count;
  }
  return interpolate(bucketEnds.length, 1);
}

function interpolate(bucket: number, part: number): number {
  const end = bucketEnds[bucket];
  // The last bucket has no upper bound, so this is a lower bound of the quantile.
  if (end === undefined) return bucketEnds.at(-1) ?? 0;
  return Math.round((end / 2) * 2 ** part);
}
