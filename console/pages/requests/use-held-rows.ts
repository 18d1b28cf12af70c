import { useState } from 'react';

interface HeldRows<Row> {
  readonly rows: readonly Row[] | undefined;
  /** Number of new rows while held. */
  readonly fresh: number;
  /** Shows the new rows and keeps holding. */
  readonly show: () => void;
}

/**
 * Rows that update live unless they are held. While held, they stay unchanged and new rows are counted.
 *
 * @param view identifies the page, filters and order; a different view is shown at once, even while held
 * @param isOfView false while the rows still belong to the previous view
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

/** Number of rows before the first one that was already shown. */
export function countFresh<Row extends { readonly id: string }>(
  shown: readonly Row[] | undefined,
  latest: readonly Row[] | undefined,
): number {
  const newest = shown?.[0]?.id;
  if (latest === undefined || shown === undefined || shown === latest) return 0;
  const place = latest.findIndex(({ id }) => id === newest);
  return place === -1 ? latest.length : place;
}
