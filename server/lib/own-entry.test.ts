import { expect, test } from 'vitest';
import { ownEntry } from './own-entry.ts';

test('finds own entries, but not inherited ones', () => {
  expect(ownEntry({ stop: 'x' }, 'stop')).toBe('x');
  for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'other']) {
    expect(ownEntry({ stop: 'x' }, word)).toBeUndefined();
  }
});
