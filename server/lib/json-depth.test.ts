import { expect, test } from 'vitest';
import { isNestedWithin } from './json-depth.ts';

test.each([
  ['1', 0, true],
  ['"a"', 0, true],
  ['null', 0, true],
  ['[]', 0, false],
  ['[]', 1, true],
  ['{"a":[]}', 1, false],
  ['{"a":[1],"b":{}}', 2, true],
  ['[[],[[]]]', 2, false],
])('%s within %d levels: %s', (text, limit, expected) => {
  expect(isNestedWithin(JSON.parse(text), limit)).toBe(expected);
});

test('infinite nesting is detected without traversing it', () => {
  const deep: unknown = JSON.parse('['.repeat(1_000_000) + ']'.repeat(1_000_000));
  expect(isNestedWithin(deep, 256)).toBe(false);
});
