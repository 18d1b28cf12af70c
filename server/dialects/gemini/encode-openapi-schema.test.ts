import { describe, expect, test } from 'vitest';
import { TranslationLog } from '../../conversation/translation.ts';
import { decodeSchema } from './decode-schema.ts';
import { encodeOpenapiSchema } from './encode-openapi-schema.ts';

const told = (constraints: object) => `Must also be valid against this JSON Schema: ${JSON.stringify(constraints)}`;
const string = { type: 'string' };
const any = {
  anyOf: [string, { type: 'number' }, { type: 'boolean' }, { type: 'object' }, { type: 'array', items: string }],
};

function encode(schema: Readonly<Record<string, unknown>>) {
  const notes = new TranslationLog();
  return { encoded: encodeOpenapiSchema(schema, 'm', notes), noted: notes.list().length > 0 };
}

describe("Gemini's own format", () => {
  test.each([
    [
      'types',
      { type: 'object', properties: { a: string }, required: ['a'] },
      { type: 'object', properties: { a: string }, required: ['a'] },
    ],
    ['a nullable text', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    [
      'a nullable enum',
      { type: ['string', 'null'], enum: ['a', null] },
      { type: 'string', enum: ['a'], nullable: true },
    ],
    [
      'nullable alternatives',
      { anyOf: [string, { type: 'integer' }, { type: 'null' }] },
      {
        anyOf: [
          { ...string, nullable: true },
          { type: 'integer', nullable: true },
        ],
      },
    ],
    [
      'an optional reference',
      { description: 'd', anyOf: [{ type: 'object', properties: { a: string } }, { type: 'null' }] },
      { type: 'object', properties: { a: string }, description: 'd', nullable: true },
    ],
    ['null', { type: 'null' }, { type: 'null' }],
    [
      'a closed object',
      { type: 'object', properties: { a: string }, additionalProperties: false },
      { type: 'object', properties: { a: string } },
    ],
    ['an array without items', { type: 'array' }, { type: 'array', items: any }],
    ['any value', {}, any],
    ['any value, described', { description: 'd' }, { anyOf: [{ ...string, description: 'd' }, ...any.anyOf.slice(1)] }],
    ['a pattern without a type', { pattern: '^a' }, { ...string, pattern: '^a' }],
    [
      'what is beside alternatives',
      { type: 'string', description: 'd', title: 't', default: 'x', anyOf: [{ pattern: '^a' }, { minLength: 2 }] },
      {
        anyOf: [
          { ...string, description: 'd', pattern: '^a' },
          { ...string, minLength: 2 },
        ],
      },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(encode(schema)).toEqual({ encoded: expected, noted: false });
  });

  test.each([
    ['a map', { type: 'object', additionalProperties: string }, { type: 'object' }, { additionalProperties: string }],
    ['a tuple', { type: 'array', prefixItems: [string] }, { type: 'array', items: any }, { prefixItems: [string] }],
    [
      'alternatives of an object with members',
      { type: 'object', properties: { a: string }, anyOf: [{ required: ['a'] }] },
      { type: 'object', properties: { a: string } },
      { anyOf: [{ required: ['a'] }] },
    ],
    ['an enum of numbers', { enum: [1, 2] }, { type: 'integer' }, { enum: [1, 2] }],
  ])('%s is described', (_name, schema, expected, constraints) => {
    expect(encode(schema)).toEqual({ encoded: { ...expected, description: told(constraints) }, noted: true });
  });

  test('an encoded schema is decoded to one with the same meaning', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: ['string', 'null'], enum: ['x', null] } },
      required: ['a'],
    };
    expect(decodeSchema(encode(schema).encoded)).toEqual(schema);
  });
});
