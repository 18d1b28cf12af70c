/** How a figure stands against the time before. */
export interface Change {
  /** Of the value before; 0.12 is twelve percent more. For shares: the difference itself. */
  readonly share: number;
  /** Whether more is worse. */
  readonly isBad: boolean;
}

const smallest = 0.005;

/** @returns undefined where there is nothing to compare with, or nothing has changed */
export function compareValues(
  now: number | null,
  before: number | null | undefined,
  moreIsWorse = false,
): Change | undefined {
  if (now === null || before === null || before === undefined || before <= 0) return undefined;
  const share = now / before - 1;
  return Math.abs(share) < smallest ? undefined : { share, isBad: moreIsWorse && share > 0 };
}

/** The same for shares, in points. */
export function compareShares(now: number | null, before: number | null): Change | undefined {
  if (now === null || before === null) return undefined;
  const share = now - before;
  return Math.abs(share) < smallest / 5 ? undefined : { share, isBad: share > 0 };
}
