import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { readResponsesStream, requireResponsesSchema } from '../../../test/schemas/responses.ts';
import { contextOf } from '../../../test/support/request-context.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import type { AnswerEndpoint } from '../dialect.ts';
import { dialects } from '../index.ts';

function decodeAt(path: string, members: object) {
  const endpoints = dialects.flatMap((dialect) => dialect.endpoints);
  const endpoint = endpoints.find((one): one is AnswerEndpoint => one.does === 'answer' && one.path === path);
  if (endpoint === undefined) return expect.unreachable();
  const body = Buffer.from(JSON.stringify({ model: 'm', ...members }));
  const head = { method: 'POST', path, query: new URLSearchParams(), headers: {} };
  const decoded = endpoint.decodeRequest(toJsonBody(body), head, contextOf());
  return { ...decoded, request: decoded.request() };
}

const decode = (members: object) => decodeAt('/v1/chat/completions', members);
const text = (value: string) => ({ type: 'text', text: value });

describe('the Responses API’s shape at Chat Completions', () => {
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
          { type: 'tool-call', id: 'c', name: 'f', arguments: '' },
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

  test('members with other names', () => {
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

  test('empty members are left out', () => {
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
    expect(notes).toEqual([]);
  });

  test('members of Chat Completions are read as well', () => {
    const { request } = decode({
      input: 'a',
      max_tokens: 7,
      stop: 'x',
      n: 2,
      seed: 3,
      reasoning_effort: 'high',
      response_format: { type: 'json_object' },
      logit_bias: { a: 1 },
      metadata: { a: 'b' },
      tools: [
        { type: 'function', function: { name: 'f', parameters: {} } },
        { type: 'custom', name: 'patch' },
      ],
      tool_choice: { type: 'custom', name: 'patch' },
    });
    expect(request).toMatchObject({
      maxOutputTokens: 7,
      stop: ['x'],
      choiceCount: 2,
      seed: 3,
      reasoning: { effort: 'high' },
      responseFormat: { type: 'json' },
      vendor: { 'openai-chat': { logit_bias: { a: 1 }, metadata: { a: 'b' } } },
      tools: [{ name: 'f' }, { name: 'patch' }],
      toolChoice: { type: 'tool', name: 'patch' },
    });
  });

  test('images as Chat Completions writes them', () => {
    const image_url = { url: 'data:image/png;base64,AA==', detail: 'low' };
    const { request } = decode({ input: [{ role: 'user', content: [{ type: 'image_url', image_url }] }] });
    expect(request.messages[0]?.parts).toMatchObject([{ type: 'image', detail: 'low' }]);
  });

  test('messages take precedence over input', () => {
    expect(decode({ input: 'a', messages: null }).request.messages[0]?.parts).toEqual([text('a')]);
    const { request } = decode({ input: 'a', messages: [{ role: 'user', content: 'b' }] });
    expect(request.messages).toEqual([{ role: 'user', parts: [text('b')] }]);
  });
});

describe('errors name members of the shape', () => {
  test.each([
    [{ input: [] }, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: [{ type: 'reasoning' }] }, 'input'],
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input[0].id'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'x' }] }] }, 'input[0].content[0].file_data'],
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
    [{ input: 'a', stop: 5 }, 'stop'],
  ])('%j', (members, parameter) => {
    expect(() => decode(members)).toThrow(expect.objectContaining({ kind: 'invalid-request', parameter }));
  });
});

const events: readonly ConversationEvent[] = [
  { type: 'block-start', choice: 0, block: 0, kind: 'tool-call', id: 'c', name: 'f' },
  { type: 'block-delta', choice: 0, block: 0, kind: 'tool-call', text: '{"x":1}' },
  { type: 'block-end', choice: 0, block: 0 },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
];

describe('the shape of Chat Completions at the Responses API', () => {
  const answered = (members: object) => decodeAt('/v1/responses', members);
  const body = {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'a' }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ],
    tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
    max_tokens: 20,
    reasoning_effort: 'low',
  };

  test('is read as Chat Completions reads it', () => {
    const { request } = answered({
      ...body,
      instructions: 'Rhyme.',
      metadata: { a: 'b' },
      max_output_tokens: 30,
      n: 2,
    });
    const chat = decode(body).request;
    expect(request.messages).toEqual([{ role: 'system', parts: [text('Rhyme.')] }, ...chat.messages]);
    expect(request).toMatchObject({ tools: chat.tools, toolChoice: chat.toolChoice, reasoning: { effort: 'low' } });
    expect(request).toMatchObject({
      maxOutputTokens: 30,
      choiceCount: 1,
      vendor: { 'openai-responses': { metadata: {} } },
    });
  });

  test('is answered as the Responses API answers', () => {
    const kept: string[] = [];
    const context = {
      ...{ id: 'x', created: 1_750_000_000, model: 'm', estimateInputTokens: () => 1 },
      keep: ({ text: json }: { readonly text: string }) => void kept.push(json),
    };
    const { encoders } = answered(body);
    const whole: unknown = JSON.parse(
      fromByteString(encoders.encodeAnswer({ ...collect(events), usage: noUsage }, context)),
    );
    requireResponsesSchema('ResponseComplete', whole);
    const encoder = answered({ ...body, stream: true }).encoders.createStreamEncoder(context);
    const streamed = fromByteString(asByteString(encoder.encode(events) + encoder.end(noUsage)));
    expect(readResponsesStream(streamed).at(-1)).toMatchObject({
      response: { output: [{ type: 'function_call', call_id: 'c' }], tools: [{ type: 'function', name: 'f' }] },
    });
    expect(JSON.parse(kept[0] ?? '').input).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { type: 'function_call', call_id: 'c' },
      { type: 'function_call_output', call_id: 'c' },
    ]);
  });

  test.each([
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'odd' }] }, 'messages[0].role'],
    [{ messages: body.messages, previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ messages: body.messages, conversation: 'c' }, 'conversation'],
    [{ messages: body.messages, reasoning: 5 }, 'reasoning'],
  ])('%j is rejected', (members, parameter) => {
    expect(() => answered(members)).toThrow(expect.objectContaining({ kind: 'invalid-request', parameter }));
  });

  test('input takes precedence over messages', () => {
    const { request, notes, original } = answered({ ...body, input: 'b' });
    expect(request.messages).toEqual([{ role: 'user', parts: [text('b')] }]);
    expect([notes.map(({ member }) => member), request.vendor, original]).toEqual([['messages'], undefined, undefined]);
  });
});
