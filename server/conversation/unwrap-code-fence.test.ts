import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transformText } from './testing/transform-text.ts';
import { createFenceUnwrapper } from './unwrap-code-fence.ts';

const unwrap = (...pieces: readonly string[]) => transformText(createFenceUnwrapper, pieces);

describe('a code fence around an answer', () => {
  test.each([
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['```\n{"a":1}\n```\n', '{"a":1}'],
    ['\n```json\r\n[1]\r\n```', '[1]'],
    ['```json\n{"a":"```"}\n```', '{"a":"```"}'],
    ['```json\n{"a":1}', '{"a":1}'],
    ['```json\n{"a":1}\n``', '{"a":1}\n``'],
    ['{"a":"```json\\n```"}', '{"a":"```json\\n```"}'],
    ['Here:\n```json\n{}\n```', 'Here:\n```json\n{}\n```'],
    ['``', '``'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(unwrap(text)).toBe(expected);
    expect(unwrap(...text)).toBe(expected);
  });

  test('white space until the limit takes linear time', () => {
    const blanks = Array.from({ length: 100_000 }, () => '\n');
    // Quadratic time would be many seconds.
    expect(unwrap('```json\n{}', ...blanks)).toBe(`{}${blanks.join('')}`);
  });

  test('is removed however the text is split, and nothing else is removed', () => {
    const piece = fc.constantFrom('```', '`', '\n', ' ', 'json', '{"a":1}', 'x', '\r\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const whole = pieces.join('');
        expect(unwrap(...pieces)).toBe(unwrap(whole));
        if (!/^\s*```/.test(whole)) expect(unwrap(whole)).toBe(whole);
      }),
    );
  });
});
