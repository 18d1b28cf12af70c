import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EmbeddedJson } from '../../lib/embedded-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { decodeToolResponse as decode, encodeToolResponse as encode, type FunctionOutput } from './tool-response.ts';

const encodeToolResponse = (output: FunctionOutput) => encode(output, new EmbeddedJson());
const decodeToolResponse = (response: JsonRecord) => decode(response, new EmbeddedJson());

test.each([
  ['a text', { text: '21 degrees', failed: false }, { output: '21 degrees' }],
  ['nothing', { text: '', failed: false }, { output: '' }],
  ['a failure', { text: 'no such file', failed: true }, { error: 'no such file' }],
  ['an object', { text: '{"a":[1,2]}', failed: false }, { a: [1, 2] }],
  ['an object of a failed call', { text: '{"a":1}', failed: true }, { error: '{"a":1}' }],
  ['a failure with details', { text: '{"error":{"code":5}}', failed: true }, { error: { code: 5 } }],
  ['an object that is spaced', { text: '{ "a": 1 }', failed: false }, { output: '{ "a": 1 }' }],
  ['what looks like a response', { text: '{"output":"x"}', failed: false }, { output: '{"output":"x"}' }],
  ['a list', { text: '[1]', failed: false }, { output: '[1]' }],
  ['broken JSON', { text: '{"a":', failed: false }, { output: '{"a":' }],
])('%s', (_name, output, response) => {
  expect(encodeToolResponse(output)).toEqual(response);
  expect(decodeToolResponse(response)).toEqual(output);
});

test('numbers keep their digits', () => {
  const text = '{"id":1234567890123456789,"ratio":1.0}';
  expect(JSON.stringify(encodeToolResponse({ text, failed: false }))).toBe(text);
});

const nestedText = fc
  .tuple(fc.oneof(fc.string(), fc.json()), fc.array(fc.constantFrom('output', 'error', 'a'), { maxLength: 4 }))
  .map(([text, names]) => names.reduce((inner, name) => JSON.stringify({ [name]: inner }), text));

test('any output is decoded to the same output', () => {
  fc.assert(
    fc.property(nestedText, fc.boolean(), (text, failed) => {
      expect(decodeToolResponse(encodeToolResponse({ text, failed }))).toEqual({ text, failed });
    }),
    { numRuns: 1000 },
  );
});

test('any response is encoded to the same response', () => {
  const response = fc.oneof(
    nestedText.map((output) => ({ output })),
    nestedText.map((error) => ({ error })),
    fc.dictionary(fc.constantFrom('output', 'error', 'a'), fc.jsonValue({ maxDepth: 2 })).filter(isRecord),
  );
  fc.assert(
    fc.property(response, (given) => {
      expect(JSON.stringify(encodeToolResponse(decodeToolResponse(given)))).toBe(JSON.stringify(given));
    }),
    { numRuns: 1000 },
  );
});
