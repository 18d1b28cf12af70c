import { describe, expect, test } from 'vitest';
import { toArgumentsSchema } from './arguments-schema.ts';
import { TranslationLog } from './translation.ts';

const text = { type: 'string' };

describe('the schema of arguments', () => {
  test.each([
    ['of nothing', undefined, { type: 'object', properties: {} }],
    ['without a type', { properties: { a: text } }, { type: 'object', properties: { a: text } }],
    ['that may be null', { type: ['object', 'null'], properties: {} }, { type: 'object', properties: {} }],
    [
      'of all of several',
      {
        type: 'object',
        properties: { a: text },
        required: ['a'],
        allOf: [{ properties: { b: text }, required: ['b'] }],
      },
      { type: 'object', properties: { a: text, b: text }, required: ['a', 'b'] },
    ],
    [
      'of one of several: every kind of a property stays, and what all need is needed',
      {
        oneOf: [
          { properties: { kind: { const: 'a' }, x: text }, required: ['kind', 'x'] },
          { properties: { kind: { const: 'b' } }, required: ['kind'] },
        ],
      },
      {
        type: 'object',
        properties: { kind: { anyOf: [{ const: 'a' }, { const: 'b' }] }, x: text },
        required: ['kind'],
      },
    ],
    [
      'of alternatives that only say what is needed',
      { type: 'object', properties: { a: text, b: text }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      { type: 'object', properties: { a: text, b: text } },
    ],
    [
      'of alternatives that are referred to',
      {
        anyOf: [{ $ref: '#/$defs/one' }, { anyOf: [{ properties: { b: text } }] }],
        $defs: { one: { properties: { a: text } } },
      },
      { type: 'object', properties: { a: text, b: text } },
    ],
    [
      'that is referred to',
      { $ref: '#/$defs/one', $defs: { one: { type: 'object', properties: { a: text } } } },
      { type: 'object', properties: { a: text } },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(toArgumentsSchema(schema, 'tools[0]', new TranslationLog())).toEqual(expected);
  });

  test('is the same object if nothing has to change, and changes are noted', () => {
    const schema = { type: 'object', properties: { a: { anyOf: [text, { type: 'null' }] } } };
    const notes = new TranslationLog();
    expect(toArgumentsSchema(schema, 'tools[0]', notes)).toBe(schema);
    expect(notes.list()).toEqual([]);
    toArgumentsSchema({ allOf: [schema] }, 'tools[0]', notes);
    expect(notes.list()).toMatchObject([{ member: 'tools[0]' }]);
  });
});
