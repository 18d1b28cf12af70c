import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeJson } from './json.ts';

describe('written JSON', () => {
  test.each(['compact', 'spaced', 'ascii', 'escaped-keys'] as const)('%s means the same', (style) => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(JSON.parse(writeJson(value, style))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('ascii has no other character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => /^[ -~]*$/.test(writeJson({ [value]: value }, 'ascii'))),
    );
  });

  test.each([
    ['spaced', '{"a": [1, {"b": null}]}'],
    ['escaped-keys', '{"\\u0061":[1,{"\\u0062":null}]}'],
  ] as const)('%s looks like this', (style, expected) => {
    expect(writeJson({ a: [1, { b: null }] }, style)).toBe(expected);
  });
});
