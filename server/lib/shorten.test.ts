import { expect, test } from 'vitest';
import { shorten } from './shorten.ts';

test.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc...'],
])('%j to %d', (text, length, expected) => {
  expect(shorten(text, length)).toBe(expected);
});
