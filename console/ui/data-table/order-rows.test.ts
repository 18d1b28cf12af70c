import { describe, expect, it } from 'vitest';
import { nextOrder, orderRows } from './order-rows.ts';

const rows = [
  { name: 'b 10', used: 5 },
  { name: 'a', used: null },
  { name: 'b 9', used: 5 },
  { name: 'c', used: 70 },
];
const keys = { name: (row: (typeof rows)[number]) => row.name, used: (row: (typeof rows)[number]) => row.used };
const names = (column: string, descending: boolean) =>
  orderRows(rows, { column, descending }, keys, 'en').map(({ name }) => name);

describe('rows in order', () => {
  it('compare texts as people do, and numbers as numbers', () => {
    expect(names('name', false)).toEqual(['a', 'b 9', 'b 10', 'c']);
    expect(names('used', true)).toEqual(['c', 'b 10', 'b 9', 'a']);
  });

  it('have what is not known last, either way', () => {
    expect(names('used', false).at(-1)).toBe('a');
  });

  it('stay as they are without an order, or with one that is not known', () => {
    expect(orderRows(rows, undefined, keys, 'en')).toBe(rows);
    expect(orderRows(rows, { column: 'age', descending: true }, keys, 'en')).toBe(rows);
  });
});

it('turns around, and then off, click by click', () => {
  const first = nextOrder(undefined, 'used', true);
  expect(first).toEqual({ column: 'used', descending: true });
  const second = nextOrder(first, 'used', true);
  expect(second).toEqual({ column: 'used', descending: false });
  expect(nextOrder(second, 'used', true)).toBeUndefined();
  expect(nextOrder(second, 'name', false)).toEqual({ column: 'name', descending: false });
});
