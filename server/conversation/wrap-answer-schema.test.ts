import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transformText } from './testing/transform-text.ts';
import { createAnswerUnwrapper, wrapAnswerSchema } from './wrap-answer-schema.ts';

const unwrap = (...pieces: readonly string[]) => transformText(createAnswerUnwrapper, pieces);

describe('a wrapped answer', () => {
  test.each([
    ['{"value":[1,2]}', '[1,2]'],
    ['{"value":{"a":{}}}', '{"a":{}}'],
    ['\n{ "value" : "}"\n}\n', ' "}"\n'],
    ['{"value":"cut', '"cut'],
    ['{"values":1}', '{"values":1}'],
    ['[1]', '[1]'],
    ['I will not.', 'I will not.'],
    ['{"val', '{"val'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(unwrap(text)).toBe(expected);
    expect(unwrap(...text)).toBe(expected);
  });

  test('is the same value again however it is written and cut', () => {
    const cuts = fc.array(fc.nat(40), { maxLength: 5 });
    fc.assert(
      fc.property(fc.jsonValue(), cuts, fc.constantFrom(0, 1, 4), (value, places, indent) => {
        const text = JSON.stringify({ value }, null, indent);
        const bounds = [0, ...places.filter((place) => place < text.length).sort((a, b) => a - b), text.length];
        const pieces = bounds.slice(1).map((end, index) => text.slice(bounds[index], end));
        expect(JSON.parse(unwrap(...pieces))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

test('references in a wrapped schema keep their targets', () => {
  const node = { type: 'array', items: { anyOf: [{ $ref: '#' }, { $ref: '#/$defs/leaf' }, { $ref: '#/items' }] } };
  const $defs = { leaf: { type: 'object', properties: { up: { $ref: '#' } } } };
  expect(wrapAnswerSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...node, $defs })).toEqual({
    type: 'object',
    properties: {
      value: {
        type: 'array',
        items: {
          anyOf: [{ $ref: '#/properties/value' }, { $ref: '#/$defs/leaf' }, { $ref: '#/properties/value/items' }],
        },
      },
    },
    required: ['value'],
    additionalProperties: false,
    $defs: { leaf: { type: 'object', properties: { up: { $ref: '#/properties/value' } } } },
  });
});
