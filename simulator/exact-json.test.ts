import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactJson } from './exact-json.ts';
import { writeJson } from './json.ts';

test.each(['1234567890123456789', '0.1e-7', '1.0', '-0', '1E400', '{"a":[1.50,{"b":-0.0}]}'])(
  '%s keeps its digits',
  (text) => {
    for (const style of ['compact', 'spaced', 'ascii', 'escaped-keys'] as const) {
      expect(
        writeJson(parseExactJson(text), style)
          .replaceAll(' ', '')
          .replaceAll('\\u0061', 'a')
          .replaceAll('\\u0062', 'b'),
      ).toBe(text);
    }
  },
);

test('any other value is what it was', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(JSON.stringify(parseExactJson(text)))).toEqual(JSON.parse(text));
    }),
  );
  expect(parseExactJson('{"a":')).toBeUndefined();
});
