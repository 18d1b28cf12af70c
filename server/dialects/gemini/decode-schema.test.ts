import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { decodeSchema, isOpenapiSchema } from './decode-schema.ts';

describe("Google's format as JSON Schema", () => {
  test.each([
    [
      'types in capitals',
      { type: 'OBJECT', properties: { a: { type: 'ARRAY', items: { type: 'STRING' } } } },
      { type: 'object', properties: { a: { type: 'array', items: { type: 'string' } } } },
    ],
    ['nullable', { type: 'STRING', nullable: true }, { type: ['string', 'null'] }],
    ['not nullable', { type: 'STRING', nullable: false }, { type: 'string' }],
    [
      'a nullable enum',
      { type: 'STRING', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'nullable alternatives',
      { anyOf: [{ type: 'STRING' }], nullable: true },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    [
      'bounds as texts',
      { type: 'ARRAY', items: {}, minItems: '1', maxItems: '3' },
      { type: 'array', items: {}, minItems: 1, maxItems: 3 },
    ],
    [
      'both spellings',
      { any_of: [{ type: 'STRING', max_length: '2' }] },
      { anyOf: [{ type: 'string', maxLength: 2 }] },
    ],
    ['no type', { type: 'TYPE_UNSPECIFIED', description: 'd' }, { description: 'd' }],
    ['an example', { type: 'STRING', example: 'a' }, { type: 'string', examples: ['a'] }],
    [
      'JSON Schema',
      { type: 'object', properties: { a: { const: 1 } }, additionalProperties: false, $defs: {} },
      { type: 'object', properties: { a: { const: 1 } }, additionalProperties: false, $defs: {} },
    ],
    [
      'members called like keywords',
      { type: 'OBJECT', properties: { max_items: { type: 'STRING' }, nullable: { type: 'STRING' } } },
      { type: 'object', properties: { max_items: { type: 'string' }, nullable: { type: 'string' } } },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(decodeSchema(schema)).toEqual(expected);
    new Ajv2020({ strict: false }).compile(decodeSchema(schema));
  });

  test('members have the requested order', () => {
    const schema = { type: 'OBJECT', properties: { a: {}, b: {}, c: {} }, propertyOrdering: ['c', 'b', 'x'] };
    expect(Object.keys(Object(decodeSchema(schema).properties))).toEqual(['c', 'b', 'a']);
  });
});

describe('schemas that Google accepts unchanged', () => {
  test.each([
    [{}, true],
    [{ type: 'OBJECT', properties: { a: { type: 'STRING', enum: ['x'], nullable: true } }, required: ['a'] }, true],
    [{ type: 'object', properties: { a: { type: 'array', items: { type: 'string' } } } }, true],
    [{ type: 'OBJECT', properties: { $ref: { type: 'STRING' } }, property_ordering: ['$ref'] }, true],
    [{ $schema: 'x', type: 'OBJECT' }, false],
    [{ type: 'OBJECT', additionalProperties: false }, false],
    [{ type: 'OBJECT', properties: { a: { const: 1 } } }, false],
    [{ type: 'ARRAY' }, false],
    [{ type: 'OBJECT', properties: {} }, false],
    [{ type: ['string', 'null'] }, false],
    [{ type: 'INTEGER', enum: [1] }, false],
    [{ type: 'STRING', enum: ['', 'a'] }, false],
    [{ type: 'OBJECT', properties: {}, required: ['a'] }, false],
    [{ type: 'INTEGER', exclusiveMinimum: 1 }, false],
    [{ anyOf: [{ $ref: '#/x' }] }, false],
    [true, false],
  ])('%j: %s', (schema, expected) => {
    expect(isOpenapiSchema(schema)).toBe(expected);
  });
});
