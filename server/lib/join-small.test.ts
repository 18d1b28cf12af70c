import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinSmall } from './join-small.ts';

const limit = 64 * 1024;

it('keeps the content, and copies nothing larger than the limit', () => {
  const size = fc.oneof(fc.nat(200), fc.integer({ min: limit - 200, max: limit + 200 }));
  fc.assert(
    fc.property(fc.array(size, { maxLength: 8 }), (sizes) => {
      const pieces: Uint8Array[] = sizes.map((length, index) => Buffer.alloc(length, index));
      const joined = joinSmall(pieces);
      expect(Buffer.concat(joined).equals(Buffer.concat(pieces))).toBe(true);
      const copies = joined.filter((piece) => !pieces.includes(piece));
      expect(copies.every(({ length }) => length <= limit)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('joins small neighbours and leaves a large one alone', () => {
  const large = Buffer.alloc(limit + 1);
  const [first, second, third, ...more] = joinSmall([Buffer.from('a'), Buffer.from('b'), large, Buffer.from('c')]);
  expect(first).toEqual(Buffer.from('ab'));
  expect(second).toBe(large);
  expect(third).toEqual(Buffer.from('c'));
  expect(more).toEqual([]);
});
