import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromByteString, toByteString } from './byte-string.ts';
import { type EditOptions, editJson } from './edit-json.ts';
import { parseExactJson } from './exact-json.ts';

/** @param to the value that the edited text must have */
function edit(text: string, to: unknown, options?: EditOptions): string {
  return fromByteString(editJson(toByteString(text), parseExactJson(text), to, options));
}

describe('equal parts stay byte-identical', () => {
  test.each([
    ['{ "b" : 1.0, "a":[1e3 , "\\u00e9\\/é🔐"] , "c" : null }', { b: 1, a: [1000, 'é/é🔐'], c: null }],
    ['[1234567890123456789]', parseExactJson('[1234567890123456789]')],
    ['{"a":1,"b":2}', { b: 2, a: 1, c: undefined }],
  ])('%s', (text, to) => {
    expect(edit(text, to)).toBe(text);
  });

  test.each<[string, unknown, string]>([
    ['{ "a" : 1.0 , "b":2, "c":3 }', { a: 1, c: 3 }, '{ "a" : 1.0, "c":3 }'],
    ['{ "a":1, "b":2 }', { b: 2 }, '{ "b":2 }'],
    ['{ "a":1, "b":2 }', { a: 1 }, '{ "a":1 }'],
    ['{ "a":1 }', {}, '{  }'],
    ['{ "a":1 }', { b: 2 }, '{ "b":2 }'],
    ['{}', { b: 'é' }, '{"b":"é"}'],
    ['{ "a":1.0, "b":2 }', { a: 1, c: 3 }, '{ "a":1.0,"c":3 }'],
    ['{"a": {"b": 1.0, "c": 2}}', { a: { b: 1, c: 3 } }, '{"a": {"b": 1.0, "c": 3}}'],
    ['[1.0, {"x":1}, "a"]', [1, 'a'], '[1.0, "a"]'],
    ['[1.0]', [1, 2, 'é'], '[1.0,2,"é"]'],
    ['[ ]', [1], '[1 ]'],
    ['[1, 2]', [], '[]'],
    ['"a"', 'b', '"b"'],
    ['{"\\u0061":1.0,"b":1}', { a: 1 }, '{"\\u0061":1.0}'],
    ['{"a":{"b":1,"b":2},"c":1.0}', { a: { b: 3 }, c: 1 }, '{"a":{"b":3},"c":1.0}'],
    ['{"t":"é","x":[{"a":1},2]}', { t: 'é', x: [{ a: 1, b: 2 }, 2] }, '{"t":"é","x":[{"a":1,"b":2},2]}'],
  ])('%s to %j', (text, to, expected) => {
    expect(edit(text, to)).toBe(expected);
  });
});

test('objects of a list are distinguished by their identifying members', () => {
  const text = '[{"id":1,"n":1.0,"x":0},{"id":2},{"id":3,"n":1.0}]';
  const to = [
    { id: 1, n: 1 },
    { id: 3, n: 1 },
  ];
  expect(edit(text, to, { identifiedBy: ['id'] })).toBe('[{"id":1,"n":1.0},{"id":3,"n":1.0}]');
});

test('equivalent values are left unchanged', () => {
  const isEquivalent: EditOptions['isEquivalent'] = (from, to, depth) => depth === 1 && from === 'a' && to === 'A';
  expect(edit('{"x":"a","y":["a"]}', { x: 'A', y: ['A'] }, { isEquivalent })).toBe('{"x":"a","y":["A"]}');
});

describe('any value can be changed to any other', () => {
  const spelled = fc.constantFrom('1.0', '1e3', '-0', '12345678901234567890').map((text) => parseExactJson(text));
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(null, true, 0, 1, '', 'a', 'é"\\', '🔐', '{', ']'),
      spelled,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'type', 'é', '"'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  test('and the text parses to it', () => {
    fc.assert(
      fc.property(json, json, fc.constantFrom(undefined, 1, '\t'), (from, to, space) => {
        const text = JSON.stringify(from, null, space);
        expect(plain(parseExactJson(edit(text, to, { identifiedBy: ['type'] })))).toEqual(plain(to));
      }),
      { numRuns: 2000 },
    );
  });

  test('and equal parts are unchanged', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(edit(text, parseExactJson(text))).toBe(text);
      }),
    );
  });
});
