import { expect, it } from 'vitest';
import { fromLocalText, toLocalText } from './local-text.ts';

it('writes and reads times of the local zone', () => {
  const at = new Date(2030, 0, 2, 3, 4).getTime();
  expect(toLocalText(at, true)).toBe('2030-01-02 03:04:00');
  expect(fromLocalText('2030-01-02 03:04:00')).toBe(at);
  expect(toLocalText(at, false)).toBe('2030-01-02');
  expect(fromLocalText('2030-01-02')).toBe(new Date(2030, 0, 2).getTime());
  expect(fromLocalText('')).toBeNull();
});
