import fc from 'fast-check';
import { expect, test } from 'vitest';
import { skipString } from './scan-json.ts';

test('a string ends at its first quote that is not escaped, however many escaped quotes are in it', () => {
  const piece = fc.constantFrom('a', '\\"', '\\\\', '\\n', 'some words between two quotes', '中');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const string = `"${pieces.join('')}"`;
      expect(skipString(string, 0)).toBe(string.length);
      expect(skipString(`[${string},"next"]`, 1)).toBe(string.length + 1);
      expect(skipString(string.slice(0, -1), 0)).toBe(0);
    }),
  );
});
