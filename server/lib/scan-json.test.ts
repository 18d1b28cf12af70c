import { describe, expect, test } from 'vitest';
import { scanMembers } from './scan-json.ts';

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
