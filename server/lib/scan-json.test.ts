import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanMembers, skipString } from './scan-json.ts';

function scan(text: string): unknown {
  return scanMembers(text).map(({ rawKey, start, end }) => [rawKey, text.slice(start, end)]);
}

describe('the members of an object’s JSON', () => {
  test.each([
    ['{}', []],
    [' { } ', []],
    ['{"a":1}', [['a', '"a":1']]],
    [
      ' {\n"a" : 1 ,\t"b" : null\n} ',
      [
        ['a', '"a" : 1'],
        ['b', '"b" : null'],
      ],
    ],
    [
      '{"a":"x,y","b":"}"}',
      [
        ['a', '"a":"x,y"'],
        ['b', '"b":"}"'],
      ],
    ],
    [
      '{"a":"\\"","b":"\\\\","c":"\\\\\\""}',
      [
        ['a', '"a":"\\""'],
        ['b', '"b":"\\\\"'],
        ['c', '"c":"\\\\\\""'],
      ],
    ],
    [
      '{"a":[1,{"b":[2]},"]"],"c":{}}',
      [
        ['a', '"a":[1,{"b":[2]},"]"]'],
        ['c', '"c":{}'],
      ],
    ],
    [
      '{"a":{"b":[ ] } ,"c":""}',
      [
        ['a', '"a":{"b":[ ] }'],
        ['c', '"c":""'],
      ],
    ],
    [
      '{"a\\"b":1,"":2,"c:{":3}',
      [
        ['a\\"b', '"a\\"b":1'],
        ['', '"":2'],
        ['c:{', '"c:{":3'],
      ],
    ],
    [
      '{"a":-1.5e+3,"b":true}',
      [
        ['a', '"a":-1.5e+3'],
        ['b', '"b":true'],
      ],
    ],
  ])('%s', (text, members) => {
    expect(scan(text)).toEqual(members);
  });
});

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
