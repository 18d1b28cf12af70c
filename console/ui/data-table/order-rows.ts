import type { Order } from './types.ts';

/** Sort value of a row: a string, a number, or null to sort last in both directions. */
export type OrderKey = string | number | null;

/** Sorts the rows (stable). */
export function orderRows<Row>(
  rows: readonly Row[],
  order: Order | undefined,
  keys: Readonly<Record<string, (row: Row) => OrderKey>>,
  language: string,
): readonly Row[] {
  const key = order && keys[order.column];
  if (key === undefined) return rows;
  const collator = new Intl.Collator(language, { numeric: true });
  const direction = order?.descending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a, b] = [key(left), key(right)];
    if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
    return (
      direction * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)))
    );
  });
}

/** The order after a click on a column header: default direction, opposite direction, none. */
export function nextOrder(order: Order | undefined, column: string, usuallyDescending: boolean): Order | undefined {
  if (order?.column !== column) return { column, descending: usuallyDescending };
  return order.descending === usuallyDescending ? { column, descending: !usuallyDescending } : undefined;
}
