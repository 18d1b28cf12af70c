import { describe, expect, test } from 'vitest';
import { EmbeddedJson } from './embedded-json.ts';

test.each([
  ['an object', '{"a":[1,{"b":"c"}]}', { a: [1, { b: 'c' }] }],
  ['a list', '[1]', undefined],
  ['broken JSON', '{"a":', undefined],
  ['a text', 'Hello', undefined],
])('%s', (_name, text, expected) => {
  expect(new EmbeddedJson().parseObject(text)).toEqual(expected);
});

test('numbers keep their notation', () => {
  expect(JSON.stringify(new EmbeddedJson().parseObject('{"a":1.0}'))).toBe('{"a":1.0}');
});

const listOf = (count: number) => `{"a":[${'{},\n'.repeat(count)}{}]}`;

describe('text that would take long is not parsed', () => {
  test.each([
    ['many values', listOf(1_000_000)],
    ['many members', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join()}}`],
    ['deep nesting', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ])('%s', (_name, text) => {
    expect(new EmbeddedJson().parseObject(text)).toBeUndefined();
  });

  test('many values in many texts', () => {
    const embedded = new EmbeddedJson();
    const parsed = Array.from({ length: 40 }, () => embedded.parseObject(listOf(10_000)) !== undefined);
    expect(parsed.filter(Boolean).length).toBeLessThan(5);
  });
});

test('long texts with few values, and many short ones, are parsed', () => {
  const embedded = new EmbeddedJson();
  const file = JSON.stringify({ path: 'a.ts', content: 'const a = [1, 2];\n'.repeat(5000) });
  for (let count = 0; count < 100; count += 1) expect(embedded.parseObject(file)).toBeDefined();
  for (let count = 0; count < 5000; count += 1) expect(embedded.parseObject('{"path":"a.ts"}')).toBeDefined();
});
