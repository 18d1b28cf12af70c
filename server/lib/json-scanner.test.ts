import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactJson } from './exact-json.ts';
import { type JsonLimits, type JsonScan, JsonScanner, JsonTooLarge } from './json-scanner.ts';

const wide: JsonLimits = { values: 1000, members: 1000, levels: 1000 };

function limitOf(text: string, limits: Partial<JsonLimits>, pieceLength = text.length): string | undefined {
  const scanner = new JsonScanner({ ...wide, ...limits });
  const bytes = Buffer.from(text);
  try {
    for (let start = 0; start < bytes.length; start += pieceLength) {
      scanner.scan(bytes.subarray(start, start + pieceLength));
    }
    return undefined;
  } catch (error) {
    if (error instanceof JsonTooLarge) return error.limit;
    throw error;
  }
}

function scan(text: string, pieceLength = Number.POSITIVE_INFINITY): JsonScan {
  const scanner = new JsonScanner({ values: 1e6, members: 1e6, levels: 1e6 });
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += pieceLength) {
    scanner.scan(bytes.subarray(start, start + pieceLength));
  }
  return scanner.finish(bytes);
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

describe('the members of an object’s JSON', () => {
  test.each([
    ['{}', []],
    [' { } ', []],
    ['[{"a":1}]', []],
    ['"a"', []],
    ['1', []],
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
    const found = scan(text).members.map(({ rawKey, start, end }) => [rawKey, text.slice(start, end)]);
    expect(found).toEqual(members);
  });
});

describe('numbers that JavaScript would write differently', () => {
  test.each([
    ['[0,7,-12,123456789012345,0.7,-1.5,1e+21,5e-324,true,null]', false],
    ['{"a":"1.0","1.0":"-0"}', false],
    ['[1.0]', true],
    ['[-0]', true],
    ['[0.70]', true],
    ['[1e3]', true],
    ['[12345678901234567890]', true],
    [`[${'1'.repeat(1_000_000)}]`, true],
    ['{"a":[{"b":1.0}]}', true],
  ])('%.40s: %s', (text, expected) => {
    expect(scan(text).mayHaveOddNumbers).toBe(expected);
  });
});

test.each([
  ['["\\ud83d\\ude00"]', true],
  ['["\\uDC00"]', true],
  ['["\\u00e9\\n\\\\ud83d"]', false],
  ['["\u{1f600}"]', false],
])('escaped surrogates in %s: %s', (text, expected) => {
  expect(scan(text).mayHaveEscapedSurrogates).toBe(expected);
});

test('any text is described in the same way, in any chunks', () => {
  const number = fc.constantFrom('1.0', '-0', '7', '0.1', '1e2').map((text) => JSON.rawJSON(text));
  const text = fc.constantFrom('', 'a', 'é"', '\\', '\ud83d', '🔐', '{,}', '\n');
  // Without a backslash: V8 14.6 then takes `"a\n"` for `"a\\"` if it has parsed an object with that name before.
  const name = fc.constantFrom('', 'a', 'é"', 'a\ud83d', '🔐', '{,}', 'a\n');
  const json = fc.object({ key: name, values: [text, number, fc.constant(null)], maxDepth: 3 });
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 1), fc.integer({ min: 1, max: 9 }), (value, space, pieceLength) => {
      const spelled = JSON.stringify(value, null, space);
      const whole = scan(spelled);
      expect(whole.members.map(({ rawKey }) => JSON.parse(`"${Buffer.from(rawKey, 'latin1')}"`))).toEqual(
        Object.keys(value),
      );
      const members = whole.members.map(({ start, end }) => Buffer.from(spelled).toString('utf8', start, end));
      expect(JSON.parse(`{${members.join()}}`)).toEqual(JSON.parse(spelled));
      expect(whole.mayHaveOddNumbers).toBe(
        JSON.stringify(parseExactJson(spelled)) !== JSON.stringify(JSON.parse(spelled)),
      );
      expect(whole.mayHaveEscapedSurrogates).toBe(/\\ud[89a-f]/.test(spelled));
      const inPieces = scan(spelled, pieceLength);
      expect(inPieces.members).toEqual(whole.members);
      // What is cut between two chunks counts as odd.
      if (whole.mayHaveOddNumbers) expect(inPieces.mayHaveOddNumbers).toBe(true);
      if (whole.mayHaveEscapedSurrogates) expect(inPieces.mayHaveEscapedSurrogates).toBe(true);
    }),
    { numRuns: 300 },
  );
});
