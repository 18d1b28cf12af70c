/** Change of a figure compared with the previous period. */
export interface Change {
  /** Relative change: 0.12 is twelve percent more. For shares: the absolute difference. */
  readonly share: number;
  /** Whether an increase is bad. */
  readonly isBad: boolean;
}

const smallest = 0.005;

/** @returns undefined if there is nothing to compare with, or no change */
export function compareValues(
  now: number | null,
  before: number | null | undefined,
  moreIsWorse = false,
): Change | undefined {
  if (now === null || before === null || before === undefined || before <= 0) return undefined;
  const share = now / before - 1;
  return Math.abs(share) < smallest ? undefined : { share, isBad: moreIsWorse && share > 0 };
}

/** The same for shares, in percentage points. */
export function compareShares(now: number | null, before: number | null): Change | undefined {
  if (now === null || before === null) return undefined;
  const share = now - before;
  return Math.abs(share) < smallest / 5 ? undefined : { share, isBad: share > 0 };
}
