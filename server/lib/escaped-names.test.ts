import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasEscapedName, parseEscapedNames, parseText } from './escaped-names.ts';
import { parseExactJson } from './exact-json.ts';
import { parseJson } from './json.ts';
import { parseJsonBody, toJsonBody } from './json-body.ts';

/** Every way in which texts from outside are parsed. */
const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  parseText,
  parseJson,
  parseExactJson,
  parseJsonBody: (text) => parseJsonBody(toJsonBody(text)),
};

/** Spells every character of a text as an escape. */
const escapeAll = (text: string) =>
  text.replaceAll(/./gsu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );

describe.each(Object.entries(parsers))('%s', (parser, parse) => {
  test.each([
    ['\\', '\\u00e9', 'é'],
    ['\\', '\\n', '\n'],
    ['\\', '\\"', '"'],
    ['a\\', 'a\\u00e9', 'aé'],
    ['\\u', '\\u57ce\\u5e02', '城市'],
    ['a\\u', 'a\\u00e9z', 'aéz'],
  ])('after the name %j it reads "%s" correctly', (earlier, spelled, name) => {
    // A first name of its own: V8 remembers which names follow it, and other tests must not see these.
    const first = `${parser} after ${earlier}`;
    parse(JSON.stringify([{ [first]: 0, [earlier]: 1 }]));
    const text = `[{${JSON.stringify(first)}:0,"${spelled}":1}]`;
    expect(parse(text)).toEqual([{ [first]: 0, [name]: 1 }]);
  });
});

test('escaped names are found, and nothing else is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom('', ' ', '\n\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      let isExpected = false;
      JSON.stringify(value, (name, inner: unknown) => {
        if (name !== '' && JSON.stringify(name).includes('\\')) isExpected = true;
        return inner;
      });
      expect(hasEscapedName(text)).toBe(isExpected);
      expect(toJsonBody(text).scan.hasEscapedNames).toBe(isExpected);
    }),
  );
  for (const text of ['{"a":"\\":","b":"\\\\"}', '["\\n",":"]', '"\\":', '{"\\', '\\']) {
    expect([text, hasEscapedName(text)]).toEqual([text, false]);
  }
  for (const text of ['{"\\n":1}', '{"a":"\\n","\\\\" \n:1}', '[{"b":[{"a\\u0041":{}}]}]']) {
    expect([text, hasEscapedName(text)]).toEqual([text, true]);
    expect(toJsonBody(text).scan.hasEscapedNames).toBe(true);
  }
});

test('names are put back as they were, and in their order', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect(JSON.stringify(parseEscapedNames(JSON.stringify(value)))).toBe(JSON.stringify(value));
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.nat()), (value) => {
      const members = Object.entries(value).map(([name, member]) => `"${escapeAll(name)}":${member}`);
      expect(JSON.stringify(parseText(`{${members.join(',')}}`))).toBe(JSON.stringify(value));
    }),
  );
});

test.each([
  // Of duplicate members the last one counts, at the place of the first one.
  ['{"a":1,"b":2,"\\u0061":3}', '{"a":3,"b":2}'],
  ['{"\\u0061":1,"b":2,"a":3}', '{"a":3,"b":2}'],
  ['{"a":1,"\\u0061":2,"a":3}', '{"a":3}'],
  // JavaScript puts indices first.
  ['{"\\u0061":1,"7":2,"\\u0032":3}', '{"2":3,"7":2,"a":1}'],
  ['{"\\u005f_proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
  ['{"\\n":1.0,"n0":[{}]}', '{"\\n":1.0,"n0":[{}]}'],
])('%s is %s', (text, expected) => {
  expect(JSON.stringify(parseExactJson(text))).toBe(expected);
});

test.each(['{"\\n":1', '{"\\n":}', '{"\\x":1}', '{"\\n":1}}', '{"\\n"'])('%s is invalid', (text) => {
  expect(() => parseText(text)).toThrow(SyntaxError);
});
