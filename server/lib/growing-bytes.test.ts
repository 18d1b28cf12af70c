import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toByteString } from './byte-string.ts';
import { GrowingBytes } from './growing-bytes.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const step = fc.oneof(
  fc.record({ text, times: fc.constantFrom(1, 1, 1, 500) }),
  fc.record({ bytes: text.map(toByteString) }),
  fc.record({ remove: fc.nat(60) }),
);

describe('GrowingBytes', () => {
  it('contains what was appended and not removed, in UTF-8', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.nat(100), (steps, count) => {
        const bytes = new GrowingBytes(16);
        let expected = Buffer.alloc(0);
        for (const one of steps) {
          if ('remove' in one) {
            bytes.removeFirst(one.remove);
            expected = expected.subarray(one.remove);
            continue;
          }
          const added = 'text' in one ? Buffer.from(one.text.repeat(one.times)) : Buffer.from(one.bytes, 'latin1');
          if ('text' in one) expect(bytes.appendText(one.text.repeat(one.times))).toBe(added.length);
          else bytes.appendBytes(one.bytes);
          expected = Buffer.concat([expected, added]);
        }
        expect(bytes.length).toBe(expected.length);
        expect(bytes.first(count)).toEqual(expected.subarray(0, count));
      }),
      { numRuns: 200 },
    );
  });
});
