import type { Order } from './types.ts';

/** What a row is ordered by: a text, a number, or null for what comes last whatever the direction. */
export type OrderKey = string | number | null;

/** The rows in an order; equal ones as they were. */
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

/** The order after a click on a column's head: its usual direction, then the other one, then none. */
export function nextOrder(order: Order | undefined, column: string, usuallyDescending: boolean): Order | undefined {
  if (order?.column !== column) return { column, descending: usuallyDescending };
  return order.descending === usuallyDescending ? { column, descending: !usuallyDescending } : undefined;
}
