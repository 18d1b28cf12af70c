import { expect, test } from 'vitest';
import { SetMap } from './set-map.ts';

test('keeps the values of each name, and no name without values', () => {
  const map = new SetMap();
  map.add('a', ['1', '2']);
  map.add('a', ['2', '3']);
  map.add('b', ['1']);
  map.add('c', []);
  expect([map.count('a'), map.count('b'), map.count('c')]).toEqual([3, 1, 0]);
  map.delete('a', ['1', '9']);
  map.delete('b', ['1']);
  map.delete('d', ['1']);
  expect([...map]).toEqual([['a', new Set(['2', '3'])]]);
  expect(map.takeAll()).toEqual([['a', new Set(['2', '3'])]]);
  expect([...map]).toEqual([]);
});
