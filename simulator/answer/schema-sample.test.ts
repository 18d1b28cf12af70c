import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { sampleSchema } from './schema-sample.ts';

const ajv = new Ajv2020({ strict: false });

const text = { type: 'string' };

test.each([
  {
    type: 'object',
    properties: { a: text, b: { type: 'number' }, c: { type: 'boolean' }, d: { type: 'null' } },
    required: ['b', 'd'],
    additionalProperties: false,
  },
  {
    type: 'object',
    properties: {
      deep: {
        type: 'object',
        properties: { list: { type: 'array', items: { type: 'integer', minimum: 5 }, minItems: 2 } },
        required: ['list'],
      },
    },
  },
  { enum: ['red', 'green'] },
  { const: 42 },
  { type: ['null', 'string'] },
  { anyOf: [{ type: 'integer', maximum: -3 }, text] },
  {
    allOf: [
      { type: 'object', properties: { a: text }, required: ['a'] },
      { type: 'object', properties: { b: text }, required: ['b'] },
    ],
  },
  { type: 'string', minLength: 30 },
  { type: 'string', maxLength: 2 },
  { type: 'array' },
  {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: { name: text, next: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/node' }] } },
        required: ['name', 'next'],
      },
    },
  },
])('a sample of %j fits it', (schema) => {
  const validate = ajv.compile(schema);
  expect(validate(sampleSchema(schema, 'word')), JSON.stringify(validate.errors)).toBe(true);
});

test('a schema that refers to itself for ever ends', () => {
  const schema = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
  expect(sampleSchema(schema, 'word')).toHaveProperty('next.next.next');
});

test('what is no schema gives an empty object', () => {
  expect(sampleSchema(undefined, 'word')).toEqual({});
  expect(sampleSchema({ $ref: '#/missing' }, 'word')).toEqual({});
});
