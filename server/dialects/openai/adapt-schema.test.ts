import { describe, expect, test } from 'vitest';
import { adaptSchema } from './adapt-schema.ts';
import { isPortablePattern } from './portable-pattern.ts';

const noPattern = () => expect.unreachable('no pattern is removed');

test('an array without items gets items of any type', () => {
  const bare = { type: 'array' };
  const schema = {
    type: 'object',
    properties: { tags: bare, nested: { anyOf: [{ type: ['array', 'null'] }, { type: 'string' }] }, enum: bare },
    $defs: { list: { type: 'array', items: bare } },
  };
  const full = { type: 'array', items: {} };
  expect(adaptSchema(schema, noPattern)).toEqual({
    type: 'object',
    properties: {
      tags: full,
      nested: { anyOf: [{ type: ['array', 'null'], items: {} }, { type: 'string' }] },
      enum: full,
    },
    $defs: { list: { type: 'array', items: full } },
  });
});

test('a complete schema stays the same object, and data is not treated as a schema', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'array', items: { type: 'string' } },
      b: { default: { type: 'array' } },
      pattern: { type: 'string', pattern: '^[a-z]+$', const: { pattern: '(?!a)' } },
    },
  };
  expect(adaptSchema(schema, noPattern)).toBe(schema);
});

test('patterns that OpenAI rejects are removed, at any depth', () => {
  let removed = 0;
  const schema = {
    type: 'object',
    properties: {
      email: { type: 'string', format: 'email', pattern: '^(?!\\.)[a-z.]+$' },
      list: { type: 'array', items: { anyOf: [{ type: 'string', pattern: '^\\p{L}+$' }] } },
    },
    patternProperties: { '^(?=x)': {}, '^y': { type: 'string' } },
  };
  expect(adaptSchema(schema, () => (removed += 1))).toEqual({
    type: 'object',
    properties: {
      email: { type: 'string', format: 'email' },
      list: { type: 'array', items: { anyOf: [{ type: 'string' }] } },
    },
    patternProperties: { '^y': { type: 'string' } },
  });
  expect(removed).toBe(3);
});

describe('a pattern that is portable', () => {
  test.each([
    '^[a-z0-9_.-]{1,64}$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^(?:https?):\\/\\/[^\\s/$.?#].[^\\s]*$',
    "^([A-Za-z0-9_'+\\-\\.]*)@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
    '^[\\u0000-\\u001F\\x7f]+$',
    '\\S',
    '^[^\\[\\]]+$',
    '',
  ])('%s', (pattern) => {
    expect(isPortablePattern(pattern)).toBe(true);
  });

  test.each([
    // Claude Code's tool `Artifact`.
    '^(?!__.*__$)[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}"\\\\./[\\]]{1,200}$',
    // Zod's `z.email()`.
    "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
    '(?<=a)b',
    '^(?<year>\\d{4})$',
    '(a)\\1',
    '[^]',
    '[]',
    '[a[b]',
    '\\u{1F600}',
    '\\cA',
    '^{.*}$',
    '(a',
    'a)',
    '*a',
    '\\',
  ])('not %s', (pattern) => {
    expect(isPortablePattern(pattern)).toBe(false);
  });
});
