import { expect, test } from 'vitest';
import {
  isRecord,
  parseJson,
  parseJsonExactly,
  readArray,
  readBoolean,
  readCount,
  readNumber,
  readRecord,
  readString,
  readText,
} from './json.ts';

const values = [
  undefined,
  null,
  true,
  0,
  1.5,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  ' ',
  'a',
  '12',
  '-0.5',
  [],
  [1],
  {},
  { a: 1 },
];

test.each([
  ['isRecord', isRecord, values.map((value) => typeof value === 'object' && value !== null && !Array.isArray(value))],
  ['readRecord', (value: unknown) => Object.keys(readRecord(value)).length, values.map((_, at) => (at === 16 ? 1 : 0))],
  ['readArray', (value: unknown) => readArray(value).length, values.map((_, at) => (at === 14 ? 1 : 0))],
  ['readString', readString, values.map((value) => (typeof value === 'string' ? value : undefined))],
  ['readText', readText, values.map((value) => (typeof value === 'string' && value ? value : undefined))],
  ['readBoolean', readBoolean, values.map((value) => (value === true ? true : undefined))],
])('%s', (_name, read, expected) => {
  expect(values.map((value) => read(value))).toEqual(expected);
});

test('readNumber accepts finite numbers and text that contains one', () => {
  const read = values.map(readNumber);
  expect(read.filter((value) => value !== undefined)).toEqual([0, 1.5, -1, 12, -0.5]);
});

test('readCount accepts whole numbers from 0', () => {
  expect([3, 3.9, '4', 0, -1, Number.NaN, null].map(readCount)).toEqual([3, 3, 4, 0, undefined, undefined, undefined]);
});

test('parseJson never throws', () => {
  expect(['{"a":1}', 'null', '', '{', '{"a":1}x'].map(parseJson)).toEqual([
    { a: 1 },
    null,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a raw number is a number, not an object', () => {
  const spelled = JSON.rawJSON('7.0');
  expect(isRecord(spelled)).toBe(false);
  expect([readNumber(spelled), readCount(spelled)]).toEqual([7, 7]);
});

test('parseJsonExactly keeps the notation of numbers and never throws', () => {
  expect(JSON.stringify(parseJsonExactly('{"a":1.0}'))).toBe('{"a":1.0}');
  expect(parseJsonExactly('{"a":1.0')).toBeUndefined();
});
