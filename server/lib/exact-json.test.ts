import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactJson, toPlainNumber } from './exact-json.ts';

const awkwardNumbers = [
  ...['1234567890123456789', '-9007199254740993', '0.1e-7', '1E5', '1e400', '1.0', '-0', '-0.0', '0.0', '10.50'],
  ...['0.0000001', '123456789012345.1234', '12345678901234567', '0.12345678901234567', '3.141592653589793238'],
];
const usualNumbers = ['0', '7', '-12', '0.5', '0.7', '1767225600000', '-0.25'];

/** Numbers in notations that JavaScript does not write (RFC 8259, section 6). */
const digits = fc.stringMatching(/^\d{1,22}$/);
const arbitraryNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits.map((text) => text.replace(/^0+(?=\d)/, '')),
    fc.option(digits, { nil: undefined }),
    fc.option(fc.stringMatching(/^[eE][-+]?\d{1,3}$/), { nil: undefined, freq: 2 }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent ?? ''}`,
  );

/** JSON without white space. Member names begin with a letter, because JavaScript reorders integer keys. */
const { text: arbitraryText } = fc.letrec<{ text: string; list: string; object: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    arbitraryNumber,
    fc.constantFrom(...awkwardNumbers, ...usualNumbers, 'true', 'false', 'null'),
    fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
    arbitraryNumber.map((value) => JSON.stringify(`about ${value}, or`)),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('text'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
  object: fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__', 'rawJSON'), tie('text')), {
      maxLength: 5,
      selector: ([name]) => name,
    })
    .map((members) => `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`),
}));

describe('exact JSON', () => {
  test('writes what it read, digit for digit', () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        expect(JSON.stringify(parseExactJson(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(awkwardNumbers)('keeps %s anywhere', (number) => {
    for (const text of [number, `[${number}]`, `{"a":${number},"b":[1,${number}]}`]) {
      expect(JSON.stringify(parseExactJson(text))).toBe(text);
      expect(JSON.stringify(parseExactJson(text.replaceAll(/([:,[])/g, '$1 \n')))).toBe(text);
    }
  });

  test('leaves numbers that JavaScript writes identically as plain numbers', () => {
    expect(parseExactJson(`[1.0,${usualNumbers.join(',')},"1.0"]`)).toEqual([
      JSON.rawJSON('1.0'),
      ...usualNumbers.map(Number),
      '1.0',
    ]);
  });

  test('rejects invalid JSON', () => {
    expect(() => parseExactJson('{"a":1.0')).toThrow(SyntaxError);
    expect(() => parseExactJson('{"a":1')).toThrow(SyntaxError);
  });

  test('a raw number can be read as a number', () => {
    expect(toPlainNumber(JSON.rawJSON('1.0'))).toBe(1);
    expect(toPlainNumber('1.0')).toBe('1.0');
    expect(toPlainNumber(undefined)).toBeUndefined();
  });
});
