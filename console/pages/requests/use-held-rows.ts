import { useState } from 'react';

interface HeldRows<Row> {
  readonly rows: readonly Row[] | undefined;
  /** How many have come since they are held; all of a page's may be new. */
  readonly fresh: number;
  /** Shows what has come, and goes on holding. */
  readonly show: () => void;
}

/**
 * Rows that follow what comes unless they are held: then they stay as they are, and what has come is counted.
 *
 * @param view what is looked at; another view is shown at once, held or not
 * @param isOfView false while what is shown is still the view's before
 */
export function useHeldRows<Row extends { readonly id: string }>(
  latest: readonly Row[] | undefined,
  isHeld: boolean,
  view: string,
  isOfView: boolean,
): HeldRows<Row> {
  const [kept, setKept] = useState({ rows: latest, view });
  const follows = !isHeld || kept.view !== view || kept.rows === undefined;
  if (follows && isOfView && (kept.rows !== latest || kept.view !== view)) setKept({ rows: latest, view });
  const rows = follows ? latest : kept.rows;
  return { rows, fresh: countFresh(rows, latest), show: () => setKept({ rows: latest, view }) };
}

/** Rows before the first one that is shown already. */
export function countFresh<Row extends { readonly id: string }>(
  shown: readonly Row[] | undefined,
  latest: readonly Row[] | undefined,
): number {
  const newest = shown?.[0]?.id;
  if (latest === undefined || shown === undefined || shown === latest) return 0;
  const place = latest.findIndex(({ id }) => id === newest);
  return place === -1 ? latest.length : place;
}
