import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonRecord } from './json.ts';
import { repairSchema } from './repair-schema.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const isValid = ({ $schema: _, ...schema }: JsonRecord) => ajv.validateSchema(schema) === true;
const object = (a: unknown, more: JsonRecord = {}) => ({ type: 'object', properties: { a }, ...more });
const text = { type: 'string' };

describe('repairSchema', () => {
  test.each([
    [
      object(text, {
        required: ['a'],
        additionalProperties: false,
        $schema: 'http://json-schema.org/draft-07/schema#',
      }),
    ],
    [object({ type: ['string', 'null'], enum: ['x', null], default: null, nullable: true, 'x-order': [1] })],
    [object({ anyOf: [text, { $ref: '#/$defs/b' }, true] }, { $defs: { b: { const: 7 } } })],
    [object({ type: 'number', exclusiveMinimum: 0, maximum: 1.5 })],
    [{ properties: { type: text, required: text, items: text, enum: text } }],
    [{}],
  ])('leaves what is valid as it is: %j', (schema) => {
    expect(isValid(schema)).toBe(true);
    expect(repairSchema(schema)).toBe(schema);
  });

  test('leaves the spelling of numbers', () => {
    const schema = object({ type: 'number', maximum: JSON.rawJSON('1.0'), multipleOf: JSON.rawJSON('0.1e-7') });
    expect(repairSchema(schema)).toBe(schema);
  });

  test.each([
    ['types of other languages', object({ type: 'STRING' }), object(text)],
    [
      'types of other languages in a list',
      object({ type: ['str', 'string', 'NULL'] }),
      object({ type: ['string', 'null'] }),
    ],
    ['any type', object({ type: 'any', description: 'd' }), object({ description: 'd' })],
    ['no type', object({ type: null, title: null, enum: null, anyOf: null }), object({})],
    ['null in place of keywords', object(text, { required: null, description: null }), object(text)],
    ['no properties', { type: 'object', properties: null, additionalProperties: null }, { type: 'object' }],
    ['names that are repeated', object(text, { required: ['a', 'a', 1] }), object(text, { required: ['a'] })],
    ['required properties of draft 3', object({ ...text, required: true }), object(text, { required: ['a'] })],
    ['optional properties of draft 3', object({ ...text, required: false }), object(text)],
    ['exclusive bounds of draft 4', object({ minimum: 1, exclusiveMinimum: true }), object({ exclusiveMinimum: 1 })],
    ['inclusive bounds of draft 4', object({ maximum: 1, exclusiveMaximum: false }), object({ maximum: 1 })],
    ['tuples of draft 7', { items: [text], additionalItems: false }, { prefixItems: [text], items: false }],
    ['empty lists', object({ anyOf: [], enum: [], items: [] }), object({})],
    ['names of types as schemas', object('string', { items: null }), object(text)],
    ['a property that is nothing', object(null), object({})],
    ['texts in place of numbers', object({ maxLength: '5', maximum: '5' }), object({})],
  ])('repairs %s', (_name, schema, repaired) => {
    expect(repairSchema(schema)).toEqual(repaired);
    expect(isValid(repaired)).toBe(true);
  });

  const keywords = [
    ...['type', 'properties', 'required', 'items', 'enum', 'anyOf', 'allOf', 'not', 'additionalProperties', '$defs'],
    ...['minimum', 'exclusiveMinimum', 'exclusiveMaximum', 'maximum', 'minLength', 'title', 'uniqueItems', 'if'],
    ...['additionalItems', 'prefixItems', 'examples', 'format', 'readOnly', 'dependentSchemas', 'contains', 'x-own'],
  ];
  const { schema } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false, 1, -2, 0.5, 'string', 'any', 'a', [], ['string', 'null']),
      tie('schema'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { maxKeys: 2 }),
    ),
    schema: fc.dictionary(fc.constantFrom(...keywords), tie('value'), { maxKeys: 4 }),
  }));

  test('makes any schema valid, once and for all', () => {
    fc.assert(
      fc.property(schema, (value) => {
        const given = Object(JSON.parse(JSON.stringify(value)));
        const repaired = repairSchema(given);
        expect(isValid(repaired)).toBe(true);
        expect(repairSchema(repaired)).toBe(repaired);
        if (isValid(given) && !JSON.stringify(given).includes('[]')) expect(repaired).toBe(given);
      }),
    );
  });
});
