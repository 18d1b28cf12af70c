import { expect, test } from 'vitest';
import { completeArrays } from './complete-arrays.ts';

test('an array without items gets items of any type', () => {
  const bare = { type: 'array' };
  const schema = {
    type: 'object',
    properties: { tags: bare, nested: { anyOf: [{ type: ['array', 'null'] }, { type: 'string' }] }, enum: bare },
    $defs: { list: { type: 'array', items: bare } },
  };
  const full = { type: 'array', items: {} };
  expect(completeArrays(schema)).toEqual({
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
    properties: { a: { type: 'array', items: { type: 'string' } }, b: { default: { type: 'array' } } },
  };
  expect(completeArrays(schema)).toBe(schema);
});
