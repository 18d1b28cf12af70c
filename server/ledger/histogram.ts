/** Upper ends of the buckets in milliseconds, doubling from 50 ms to 14 minutes; one more bucket takes the rest. */
const bucketEnds: readonly number[] = Array.from({ length: 15 }, (_, index) => 50 * 2 ** index);

export const bucketCount = bucketEnds.length + 1;

/** The bucket of a duration in milliseconds, from 0; a duration at a bucket's end belongs to it. */
export function bucketOf(milliseconds: number): number {
  const index = bucketEnds.findIndex((end) => milliseconds <= end);
  return index === -1 ? bucketEnds.length : index;
}

/**
 * The duration below which a share of the measured ones lies, as exactly as the buckets tell: within the bucket the
 * durations are taken to be spread evenly on a logarithmic scale.
 *
 * @param share between 0 and 1
 * @returns milliseconds; null when nothing was measured
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
  // The last bucket has no end: it says "at least".
  if (end === undefined) return bucketEnds.at(-1) ?? 0;
  return Math.round((end / 2) * 2 ** part);
}
