import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TranslationLog } from '../../conversation/translation.ts';
import { isRecord } from '../../lib/json.ts';
import { encodeSchema } from './encode-schema.ts';

function encode(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return encodeSchema(schema, 'tools[0].parameters', new TranslationLog());
}

function notesOn(schema: Readonly<Record<string, unknown>>): readonly string[] {
  const notes = new TranslationLog();
  encodeSchema(schema, 'tools[0].parameters', notes);
  return notes.list().map(({ action, reason }) => `${action}: ${reason}`);
}

const string = { type: 'string' };
const told = (constraints: object) => `Must also be valid against this JSON Schema: ${JSON.stringify(constraints)}`;

describe('supported schemas are unchanged', () => {
  test.each([
    ['an object', { type: 'object', properties: { a: string }, required: ['a'], additionalProperties: false }],
    ['a map', { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } }],
    ['an array', { type: 'array', items: string, minItems: 1, maxItems: 3 }],
    ['a tuple', { type: 'array', prefixItems: [string, { type: 'number' }] }],
    ['alternatives', { anyOf: [string, { type: 'null' }] }],
    [
      'a nullable text',
      { type: ['string', 'null'], description: 'a name', title: 'Name', pattern: '^a', maxLength: 9 },
    ],
    ['an enum', { type: 'string', enum: ['a', 'b'], default: 'a' }],
    ['a date', { type: 'string', format: 'date-time' }],
    ['members called like keywords', { type: 'object', properties: { $ref: string, const: string, not: string } }],
    ['numbers as they are spelled', { type: 'integer', maximum: JSON.rawJSON('1234567890123456789') }],
  ])('%s', (_name, schema) => {
    expect(JSON.stringify(encode(schema))).toBe(JSON.stringify(schema));
    expect(notesOn(schema)).toEqual([]);
  });
});

describe('unsupported keywords are rewritten', () => {
  test.each([
    ['$schema and $id', { $schema: 'x', $id: 'y', $comment: 'z', type: 'string' }, string],
    ['$ref', { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: string } }, objectOf(string)],
    ['const', objectOf({ const: 'a' }), objectOf({ type: 'string', enum: ['a'] })],
    ['a number as const', { const: 7 }, { type: 'integer', enum: [7] }],
    ['null as const', { const: null }, { type: 'null' }],
    ['an enum without type', { enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }],
    ['an enum with null', { enum: ['a', null] }, { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] }],
    ['both booleans', { enum: [true, false] }, { type: 'boolean' }],
    ['exclusiveMinimum of integers', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }],
    ['exclusiveMaximum of integers', { type: 'integer', exclusiveMaximum: 2.5 }, { type: 'integer', maximum: 2 }],
    ["draft 4's flag", { type: 'integer', minimum: 3, exclusiveMinimum: true }, { type: 'integer', minimum: 4 }],
    ['a weaker exclusive bound', { type: 'integer', minimum: 9, exclusiveMinimum: 3 }, { type: 'integer', minimum: 9 }],
    ['oneOf', { oneOf: [string, { type: 'null' }] }, { anyOf: [string, { type: 'null' }] }],
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['one type as a list', { type: ['string'] }, string],
    [
      'several types',
      { type: ['string', 'integer'], description: 'd', minLength: 2 },
      {
        description: 'd',
        anyOf: [
          { minLength: 2, type: 'string' },
          { minLength: 2, type: 'integer' },
        ],
      },
    ],
    ['an array without items', { type: 'array' }, { type: 'array', items: {} }],
    [
      'items as a list',
      { items: [string], additionalItems: false },
      { prefixItems: [string], maxItems: 1, type: 'array' },
    ],
    ['boolean schemas', { type: 'array', items: true }, { type: 'array', items: {} }],
    ['an object without type', { properties: { a: string } }, { properties: { a: string }, type: 'object' }],
    [
      'a required member without schema',
      { type: 'object', properties: { a: string }, required: ['b'] },
      { type: 'object', properties: { a: string, b: {} }, required: ['b'] },
    ],
    [
      'allOf',
      {
        allOf: [
          { type: 'object', properties: { a: string }, required: ['a'] },
          { properties: { b: { type: 'integer' } } },
        ],
      },
      { type: 'object', properties: { a: string, b: { type: 'integer' } }, required: ['a'] },
    ],
    [
      'allOf with other bounds',
      { type: 'integer', minimum: 1, allOf: [{ minimum: 3 }, { type: 'number', maximum: 9 }, { maximum: 7 }] },
      { type: 'integer', minimum: 3, maximum: 7 },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(encode(schema)).toEqual(expected);
    expect(notesOn(schema)).toEqual([]);
  });
});

function objectOf(schema: object) {
  return { type: 'object', properties: { a: schema } };
}

describe('constraints that cannot be rewritten are described', () => {
  test.each([
    [
      'propertyNames',
      { type: 'object', propertyNames: { pattern: '^a' } },
      { type: 'object' },
      { propertyNames: { pattern: '^a' } },
    ],
    ['not', { type: 'string', not: { enum: ['a'] } }, string, { not: { enum: ['a'] } }],
    ['a format', { type: 'string', format: 'uri' }, string, { format: 'uri' }],
    [
      'a bound of numbers',
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'number', minimum: 0 },
      { exclusiveMinimum: 0 },
    ],
    ['a boolean', { const: true }, { type: 'boolean' }, { enum: [true] }],
    ['an empty text', { enum: [''] }, string, { enum: [''] }],
    [
      'alternatives beside others',
      { anyOf: [string], oneOf: [{ minLength: 1 }] },
      { anyOf: [string] },
      { oneOf: [{ minLength: 1 }] },
    ],
    [
      'allOf that cannot be merged',
      { pattern: '^a', allOf: [{ pattern: 'b$' }] },
      { pattern: '^a' },
      { allOf: [{ pattern: 'b$' }] },
    ],
    ['nothing', false, {}, { not: {} }],
  ])('%s', (_name, schema, written, constraints) => {
    const inside = encode({ type: 'object', properties: { a: schema } });
    expect(inside).toEqual(objectOf({ ...written, description: told(constraints) }));
    expect(notesOn({ type: 'object', properties: { a: schema } })).toEqual([
      'changed: Constraints that Gemini does not enforce were moved to descriptions.',
    ]);
  });

  test('after the description', () => {
    expect(encode({ type: 'string', description: 'A place.', format: 'uri' })).toEqual({
      type: 'string',
      description: `A place.\n${told({ format: 'uri' })}`,
    });
  });

  test('recursion ends', () => {
    const tree = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } };
    expect(encode(tree)).toEqual({ type: 'object', properties: { children: { type: 'array', items: {} } } });
    expect(notesOn(tree)).toEqual(['changed: A recursive or external reference in the schema allows any value.']);
  });
});

const scalar = fc.oneof(
  fc.constantFrom('', 'a', 'b', null, true, false),
  fc.integer({ min: -3, max: 3 }),
  fc.constant(1.5),
);
const bound = fc.integer({ min: -3, max: 3 });
const { schema: arbitrarySchema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    fc.record(
      {
        type: fc.constantFrom<unknown>(
          'string',
          'integer',
          'number',
          'boolean',
          'null',
          ['string', 'null'],
          ['integer', 'string'],
        ),
        minimum: bound,
        exclusiveMinimum: bound,
        exclusiveMaximum: bound,
        minLength: fc.nat({ max: 2 }),
        format: fc.constantFrom('uri', 'date'),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }) }),
    fc.record({ const: scalar }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema'), { maxKeys: 2 }),
        required: fc.subarray(['a', 'b']),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        propertyNames: fc.constant({ maxLength: 1 }),
      },
      { requiredKeys: ['type', 'properties'] },
    ),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), maxItems: fc.nat({ max: 2 }) },
      { requiredKeys: ['type'] },
    ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }), description: fc.constant('d') }),
    fc.record({ not: tie('schema') }),
  ),
}));
const arbitraryInstance = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('a', 'b', 'cc'), fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxKeys: 3 }),
);
const sentKeywords = new Set([
  ...['type', 'title', 'description', 'default', 'enum', 'required', 'minimum', 'maximum', 'minItems', 'maxItems'],
  ...['minLength', 'maxLength', 'pattern', 'minProperties', 'maxProperties', 'format', 'properties'],
  ...['additionalProperties', 'items', 'prefixItems', 'anyOf'],
]);

function keywordsOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keywordsOf);
  if (!isRecord(schema)) return [];
  const { properties, items, additionalProperties, anyOf } = schema;
  const inner = isRecord(properties) ? Object.values(properties) : [];
  return [...Object.keys(schema), ...keywordsOf([...inner, items, additionalProperties, anyOf])];
}

const { stringify } = JSON;
test('an encoded schema has only supported keywords, and allows the same values, or more if constraints are described', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const seen = { exact: 0, told: 0 };
  fc.assert(
    fc.property(arbitrarySchema, fc.array(arbitraryInstance, { minLength: 5, maxLength: 5 }), (schema, instances) => {
      const encoded = encode(schema);
      expect(keywordsOf(encoded).filter((keyword) => !sentKeywords.has(keyword))).toEqual([]);
      const isExact = notesOn(schema).length === 0;
      seen[isExact ? 'exact' : 'told'] += 1;
      const [before, after] = [ajv.compile(schema), ajv.compile(encoded)];
      for (const instance of instances) {
        const [allowed, stillAllowed] = [before(instance), after(instance)];
        const problem = `${stringify(schema)} became ${stringify(encoded)} for ${stringify(instance)}`;
        if (allowed || isExact) expect(stillAllowed, problem).toBe(allowed);
      }
    }),
    // About a quarter or more of the runs are of each kind, so neither count is too low by chance.
    { numRuns: 500 },
  );
  expect(seen.exact).toBeGreaterThan(100);
  expect(seen.told).toBeGreaterThan(100);
});

describe('a hostile schema', () => {
  const types = ['object', 'array', 'string', 'number', 'boolean'];
  const nest = (depth: number, wrap: (inner: object) => object) => {
    let schema: object = string;
    for (let level = 0; level < depth; level += 1) schema = wrap(schema);
    return { ...schema };
  };

  test.each([
    ['several types', nest(100, (inner) => ({ type: types, properties: { a: inner } }))],
    ['several types of alternatives', nest(100, (inner) => ({ type: types, anyOf: [inner, string] }))],
    ['several types of exclusions', nest(100, (inner) => ({ type: types, oneOf: [inner, string] }))],
    [
      'names without a schema',
      nest(100, (inner) => ({
        type: 'object',
        properties: {},
        required: ['a', 'b', 'c'],
        additionalProperties: inner,
      })),
    ],
  ])('stays small: %s at many levels', (_what, schema) => {
    const given = JSON.stringify(schema).length;
    expect(JSON.stringify(encode(schema)).length).toBeLessThan(20 * given);
  });

  test.each([
    ['different properties', (index: number) => ({ properties: { [`p${index}`]: {} } })],
    ['the same property', (index: number) => ({ properties: { a: { description: `d${index}` } } })],
    ['required names', (index: number) => ({ required: [`p${index}`] })],
    ['descriptions', (index: number) => ({ description: `d${index}` })],
  ])('is merged in linear time: %s in thousands of schemas', (_what, member) => {
    const allOf = Array.from({ length: 9000 }, (_, index) => member(index));
    const since = performance.now();
    expect(JSON.stringify(encode({ allOf }))).toContain('8999');
    // Quadratic: 20 seconds.
    expect(performance.now() - since).toBeLessThan(5000);
  });
});
