import { describe, expect, test } from 'vitest';
import { TranslationLog } from '../../conversation/translation.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { formatUnwrapperFor, toOpenaiFormat, toOpenaiFunction } from './openai-schemas.ts';

const text = { type: 'string' };
const closed = { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: false };

describe('a function for OpenAI', () => {
  const own = (parameters: Record<string, unknown>, strict?: boolean) => {
    const notes = new TranslationLog();
    const tool = { type: 'function', name: 'f', parameters, ...withoutUndefined({ strict }) } as const;
    return { tool, own: toOpenaiFunction(tool, 'tools[0]', notes), notes: notes.list().map(({ member }) => member) };
  };

  test.each([
    ['without a schema', undefined],
    ['of an object', { type: 'object', properties: { a: { type: 'array', items: text } } }],
  ])('is unchanged %s', (_name, parameters) => {
    const tool = { type: 'function', name: 'f', ...(parameters && { parameters }) } as const;
    expect(toOpenaiFunction(tool, '', new TranslationLog())).toBe(tool);
  });

  test('has items in all arrays', () => {
    const list = { type: ['array', 'null'] };
    const held = { type: 'array', items: {} };
    const parameters = {
      type: 'object',
      properties: { a: { type: 'array' }, b: { anyOf: [list] }, c: { type: 'array', items: { type: 'array' } } },
      default: { type: 'array' },
    };
    expect(own(parameters).own.parameters).toEqual({
      type: 'object',
      properties: { a: held, b: { anyOf: [{ ...list, items: {} }] }, c: { type: 'array', items: held } },
      default: { type: 'array' },
    });
  });

  test('is of an object, without alternatives at the top', () => {
    expect(own({ anyOf: [{ properties: { a: text } }] })).toMatchObject({
      own: { parameters: { type: 'object', properties: { a: text } } },
      notes: ['tools[0].parameters'],
    });
  });

  test.each([
    [closed],
    [{ ...closed, properties: { a: { type: ['string', 'null'] } } }],
    [{ ...closed, properties: { a: { anyOf: [{ $ref: '#/$defs/b' }] } }, $defs: { b: closed } }],
  ])('stays strict: %j', (parameters) => {
    const { tool, own: same, notes } = own(parameters, true);
    expect(same).toBe(tool);
    expect(notes).toEqual([]);
  });

  test.each([
    ['open', { ...closed, additionalProperties: undefined }],
    ['with what may be missing', { ...closed, required: [] }],
    ['with an open one inside', { ...closed, properties: { a: { type: 'array', items: { type: 'object' } } } }],
    ['with a word that it lacks', { ...closed, properties: { a: { oneOf: [text] } } }],
    ['that allows anything', { ...closed, properties: { a: {} } }],
    ['of a list of anything', { ...closed, properties: { a: { type: 'array' } } }],
    ['with an open definition', { ...closed, $defs: { b: { type: 'object' } } }],
  ])('is not strict %s', (_name, parameters) => {
    expect(own(parameters, true)).toMatchObject({ own: { strict: false }, notes: ['tools[0].strict'] });
    expect(own(parameters).own).not.toHaveProperty('strict');
  });
});

describe('a format for OpenAI', () => {
  const format = (schema: Record<string, unknown>) => ({ type: 'json-schema', name: 'n', schema }) as const;

  test.each([[{ type: 'text' } as const], [{ type: 'json' } as const], [format(closed)]])(
    'stays as it is: %j',
    (own) => {
      expect(toOpenaiFormat(own, '', new TranslationLog())).toBe(own);
      expect(formatUnwrapperFor(own)).toBeUndefined();
    },
  );

  test.each([[{ type: 'array', items: text }], [{ anyOf: [closed, text] }], [{ type: 'object', anyOf: [closed] }]])(
    'is an object around what is none: %j',
    (schema) => {
      expect(toOpenaiFormat({ ...format(schema), strict: true }, '', new TranslationLog())).toMatchObject({
        schema: { type: 'object', properties: { value: schema }, required: ['value'], additionalProperties: false },
      });
      expect(formatUnwrapperFor(format(schema))).toBeDefined();
    },
  );
});
