import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { parseExactJson } from './exact-json.ts';
import { encodeWellFormedJson, mayHaveLoneSurrogates } from './well-formed-json.ts';

const encode = (value: unknown) => Buffer.from(encodeWellFormedJson(value)).toString('utf8');

test('a lone surrogate is replaced, a pair is not', () => {
  expect(encode({ a: ['x\ud83d', '\udd10y', '🔐'] })).toBe('{"a":["x\ufffd","\ufffdy","🔐"]}');
});

test('a text about escapes is unchanged', () => {
  expect(JSON.parse(encode({ a: '\\ud83d' }))).toEqual({ a: '\\ud83d' });
});

test('numbers keep their notation beside a replaced text', () => {
  expect(encode({ n: parseExactJson('12345678901234567890'), t: '\ud83d' })).toBe(
    '{"n":12345678901234567890,"t":"\ufffd"}',
  );
});

test.each([
  ['"\\ud83d\\ude00"', false],
  ['"\\uD83D\\uDE00\\ud83d\\ude00"', false],
  ['"\\ud83d"', true],
  ['"\\ude00"', true],
  ['"a\\ud83d\\ud83d\\ude00"', true],
  ['"\\ud83d\\ude00\\ude00"', true],
  ['"\\u00e9\\u3000"', false],
])('%s has half of a pair: %s', (json, expected) => {
  expect(mayHaveLoneSurrogates(json)).toBe(expected);
});
