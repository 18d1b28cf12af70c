import { expect, test } from 'vitest';
import { UniqueIds } from './unique-ids.ts';

test('missing and repeated ids are replaced by new ones', () => {
  const made = ['a', 'b', 'c'];
  const ids = new UniqueIds(() => made.shift() ?? 'none');
  expect(['a', undefined, 'x', 'x'].map((given) => ids.claim(given))).toEqual(['a', 'b', 'x', 'c']);
});
