import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonLimits, JsonMeter, JsonTooLarge } from './json-limits.ts';

const wide: JsonLimits = { values: 1000, members: 1000, levels: 1000 };

function limitOf(text: string, limits: Partial<JsonLimits>, pieceLength = text.length): string | undefined {
  const meter = new JsonMeter({ ...wide, ...limits });
  const bytes = Buffer.from(text);
  try {
    for (let start = 0; start < bytes.length; start += pieceLength) {
      meter.measure(bytes.subarray(start, start + pieceLength));
    }
    return undefined;
  } catch (error) {
    if (error instanceof JsonTooLarge) return error.limit;
    throw error;
  }
}

describe('limits', () => {
  test.each([
    ['[{},{},{}]', { values: 6 }, undefined],
    ['[{},{},{}]', { values: 5 }, 'values'],
    ['{"a":"{},{},{},\\"{},{}\\\\"}', { values: 1 }, undefined],
    ['{"a":1,"b":2,"c":[3,4,5,6]}', { members: 3 }, undefined],
    ['{"a":1,"b":2,"c":3}', { members: 2 }, undefined],
    ['{"a":1,"b":2,"c":3,"d":4}', { members: 2 }, 'members'],
    ['[[[]]]', { levels: 3 }, undefined],
    ['[[[[]]]]', { levels: 3 }, 'levels'],
    ['[[],[],[],[]]', { levels: 2 }, undefined],
    ['}]}],,', { values: 10 }, undefined],
    ['"never closed \\', { values: 0 }, undefined],
  ] as const)('%s within %o: %s', (text, limits, limit) => {
    expect(limitOf(text, limits)).toBe(limit);
  });
});

test('any JSON text passes limits of its own size, but not one less, in any chunks', () => {
  const count = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0;
    const inner = Object.values(value);
    return 1 + Math.max(0, inner.length - 1) + inner.reduce<number>((sum, item) => sum + count(item), 0);
  };
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 20 }), (value, pieceLength) => {
      const text = JSON.stringify(value);
      const values = count(value);
      expect(limitOf(text, { values }, pieceLength)).toBeUndefined();
      if (values > 0) expect(limitOf(text, { values: values - 1 }, pieceLength)).toBe('values');
    }),
  );
});
