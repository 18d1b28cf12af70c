import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlainIdentifier, toPlainIdentifier } from './plain-identifier.ts';

describe('a plain identifier', () => {
  test.each(['toolu_01', 'call-1', 'a'.repeat(64)])('%s stays', (text) => {
    expect(toPlainIdentifier(text)).toBe(text);
  });

  test('another stays readable', () => {
    expect(toPlainIdentifier('functions.read:0')).toMatch(/^functions_read_0_[0-9a-f]{12}$/);
  });

  test('any text becomes one, always the same, and different texts become different ones', () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const written = toPlainIdentifier(left);
        expect(isPlainIdentifier(written)).toBe(true);
        expect(toPlainIdentifier(left)).toBe(written);
        expect(toPlainIdentifier(right) === written).toBe(left === right);
      }),
    );
  });
});
