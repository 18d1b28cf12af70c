import { describe, expect, test } from 'vitest';
import { decodeBody, type WholeRequest } from './testing/decode-body.ts';

function decode(members: object): WholeRequest {
  return decodeBody({ model: 'm', ...members });
}

const text = (value: string) => ({ type: 'text', text: value });

describe('the Responses API’s shape', () => {
  test('a text', () => {
    const { request, original, notes } = decode({ input: 'hello', instructions: 'be brief', stream: true, mine: 1 });
    expect(request).toMatchObject({
      stream: true,
      messages: [
        { role: 'system', parts: [text('be brief')] },
        { role: 'user', parts: [text('hello')] },
      ],
      vendor: { 'openai-chat': { mine: 1 } },
    });
    expect(original).toBeUndefined();
    expect(notes).toEqual([]);
  });

  test('messages, calls and results', () => {
    const { request } = decode({
      input: [
        { role: 'developer', content: 'be brief' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'a' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
          ],
        },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '' },
        { type: 'function_call', call_id: 'd', name: 'g', arguments: '{"x":1}' },
        { type: 'function_call_output', call_id: 'd', output: [{ type: 'input_text', text: '2' }] },
        { type: 'function_call_output', call_id: 'c', output: '1' },
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'b', annotations: [] },
            { type: 'refusal', refusal: 'no' },
          ],
        },
      ],
    });
    expect(request.messages).toEqual([
      { role: 'developer', parts: [text('be brief')] },
      {
        role: 'user',
        parts: [
          text('a'),
          { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA==' }, detail: 'low' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
          { type: 'tool-call', id: 'd', name: 'g', arguments: '{"x":1}' },
        ],
      },
      {
        role: 'user',
        parts: [
          { type: 'tool-result', callId: 'c', parts: [text('1')] },
          { type: 'tool-result', callId: 'd', parts: [text('2')] },
        ],
      },
      { role: 'assistant', parts: [text('b'), { type: 'refusal', text: 'no' }] },
    ]);
  });

  test('its other names for members', () => {
    const { request } = decode({
      input: 'a',
      max_output_tokens: 9,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 's', schema: {}, strict: true }, verbosity: 'low' },
      tools: [{ type: 'function', name: 'f', parameters: {}, strict: true }],
      tool_choice: { type: 'function', name: 'f' },
    });
    expect(request).toMatchObject({
      maxOutputTokens: 9,
      reasoning: { mode: 'on', effort: 'low' },
      verbosity: 'low',
      responseFormat: { type: 'json-schema', name: 's', schema: {}, strict: true },
      tools: [{ name: 'f', parameters: {}, strict: true }],
      toolChoice: { type: 'tool', name: 'f' },
    });
  });

  test('what has no place is told of', () => {
    const { request, notes } = decode({
      input: [
        { type: 'reasoning', summary: [] },
        { role: 'user', content: 'a' },
      ],
      include: ['reasoning.encrypted_content'],
      truncation: null,
    });
    expect(request.messages).toHaveLength(1);
    expect(request.vendor).toBeUndefined();
    expect(notes.map(({ member }) => member)).toEqual(['include', 'input[0]']);
  });

  test('messages count where both are', () => {
    expect(decode({ input: 'a', messages: null }).request.messages[0]?.parts).toEqual([text('a')]);
    const { request } = decode({ input: 'a', messages: [{ role: 'user', content: 'b' }] });
    expect(request.messages).toEqual([{ role: 'user', parts: [text('b')] }]);
  });
});

describe('errors are in its own words', () => {
  test.each([
    [{ input: [] }, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: [{ type: 'reasoning' }] }, 'input'],
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input[0].type'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'x' }] }] }, 'input[0].content[0].type'],
    [{ input: [{ role: 'user', content: [{ type: 'refusal', refusal: 'x' }] }] }, 'input[0].content[0].type'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'x' }] }] }, 'input[0].content[0].image_url'],
    [{ input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] }, 'input[0].call_id'],
    [{ input: ['a'] }, 'input[0]'],
    [
      { instructions: 'a', input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }] },
      'input[0].call_id',
    ],
    [{ input: 'a', previous_response_id: 'x' }, 'previous_response_id'],
    [{ input: 'a', background: true }, 'background'],
    [{ input: 'a', text: { format: { type: 'json_schema' } } }, 'text.format.name'],
    [{ input: 'a', max_output_tokens: 'x' }, 'max_output_tokens'],
    [{ input: 'a', tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  ])('%j', (members, parameter) => {
    expect(() => decode(members)).toThrow(expect.objectContaining({ kind: 'invalid-request', parameter }));
  });
});
