import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../conversation/collect.ts';
import type { ConversationEvent } from '../../../conversation/events.ts';
import type { Message, Part } from '../../../conversation/message.ts';
import type { ConversationRequest } from '../../../conversation/request.ts';
import { checkEvents } from '../../../conversation/testing/check-events.ts';
import { type JsonRecord, readRecord } from '../../../lib/json.ts';
import { createGeminiChatRoute } from './index.ts';

const proof = { dialect: 'gemini', value: 'c2ln' };
const sentinel = 'skip_thought_signature_validator';
const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'hello' }] };
const call = (id: string, more: object = {}): Part =>
  ({ type: 'tool-call', id, name: 'f', arguments: '{}', ...more }) as Part;
const result = (callId: string): Part => ({ type: 'tool-result', callId, parts: [{ type: 'text', text: 'x' }] });
const usual: ConversationRequest = { model: 'm', stream: false, messages: [hello], tools: [], choiceCount: 1 };

function encode(changes: Partial<ConversationRequest>, model = 'gemini-2.5-flash') {
  const target = { model, maxOutputTokens: null, refusedMembers: new Set<string>() };
  const encoded = createGeminiChatRoute().encodeRequest({ ...usual, ...changes }, target);
  const body: unknown = JSON.parse(Buffer.concat(encoded.body).toString('utf8'));
  return {
    ...encoded,
    body: readRecord(body),
    notes: encoded.notes.map(({ action, member }) => `${action} ${member}`),
  };
}

describe('requests', () => {
  test('the model in the body, usage asked for in streams', () => {
    expect(encode({}).path).toBe('/rovodev/v2/proxy/ai/v1/google/publishers/google/v1/chat/completions');
    expect(encode({ stream: true, maxOutputTokens: 5, temperature: 0.5 }).body).toEqual({
      model: 'gemini-2.5-flash',
      messages: [{ role: 'user', content: 'hello' }],
      max_tokens: 5,
      temperature: 0.5,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('each step of calls is signed', () => {
    const messages: Message[] = [
      hello,
      { role: 'assistant', parts: [call('a', { proof }), call('b')] },
      { role: 'user', parts: [result('a'), result('b')] },
      { role: 'assistant', parts: [{ type: 'reasoning', text: '', proof: { ...proof, of: 'next' } }, call('c')] },
      { role: 'user', parts: [result('c')] },
      { role: 'assistant', parts: [call('d')] },
      { role: 'user', parts: [result('d')] },
    ];
    const wire = encode({ messages }).body.messages;
    const signatures = JSON.stringify(wire).match(/"thought_signature":"[^"]*"/g);
    expect(signatures).toEqual([
      `"thought_signature":"c2ln"`,
      `"thought_signature":"c2ln"`,
      `"thought_signature":"${sentinel}"`,
    ]);
    expect(wire).toMatchObject([
      {},
      { tool_calls: [{ id: 'a', extra_content: { google: { thought_signature: 'c2ln' } } }, { id: 'b' }] },
      ...[
        { tool_call_id: 'a' },
        { tool_call_id: 'b' },
        { tool_calls: [{ id: 'c' }] },
        {},
        { tool_calls: [{ id: 'd' }] },
        {},
      ],
    ]);
  });

  test("schemas are in Google's format, with names it accepts", () => {
    const parameters = { type: 'object', properties: { a: { type: ['string', 'null'] } }, additionalProperties: false };
    const { body, createAnswerTransform } = encode({
      tools: [{ type: 'function', name: 'odd name', parameters, strict: true }],
    });
    expect(body.tools).toEqual([
      {
        type: 'function',
        function: {
          name: expect.stringMatching(/^odd_name_[0-9a-f]{12}$/),
          parameters: { type: 'object', properties: { a: { type: 'string', nullable: true } } },
        },
      },
    ]);
    expect(createAnswerTransform).toBeDefined();
  });

  test.each([
    ['gemini-2.5-flash', 'none', 'none'],
    ['gemini-2.5-pro', 'none', 'low'],
    ['gemini-3-flash-preview', 'none', 'minimal'],
    ['gemini-2.5-pro', 'max', 'high'],
    ['gemini-2.0-flash-001', 'high', undefined],
  ])('%s with effort %s', (model, effort, expected) => {
    const reasoning = { mode: effort === 'none' ? 'off' : 'on', effort } as const;
    expect(encode({ reasoning }, model).body.reasoning_effort).toBe(expected);
  });

  test('what the route does not support is dropped and noted', () => {
    const vendor = { 'openai-chat': { store: true, logit_bias: {} } };
    const { body, notes } = encode({ verbosity: 'low', cacheKey: 'k', vendor });
    expect(Object.keys(body).sort()).toEqual(['messages', 'model', 'stream']);
    expect(notes).toEqual(['dropped store', 'dropped logit_bias', 'dropped verbosity', 'dropped prompt_cache_key']);
  });

  test('JSON by a schema, by instruction when functions are declared', () => {
    const responseFormat = {
      type: 'json-schema',
      name: 'n',
      schema: { type: 'object', properties: { a: { const: 'b' } } },
    } as const;
    expect(encode({ responseFormat }).body.response_format).toMatchObject({
      json_schema: { schema: { properties: { a: { type: 'string', enum: ['b'] } } } },
    });
    const beside = encode({ responseFormat, tools: [{ type: 'function', name: 'f' }] });
    expect(beside.body).not.toHaveProperty('response_format');
    expect(beside.createAnswerTransform).toBeDefined();
    expect(JSON.stringify(beside.body.messages)).toContain('JSON Schema');
  });

  test('media URLs are refused', () => {
    const image: Part = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    expect(() => encode({ messages: [{ role: 'user', parts: [image] }] })).toThrow(/fetches images from URLs/);
  });
});

describe('answers', () => {
  function decode(...frames: readonly JsonRecord[]): ConversationEvent[] {
    let made = 0;
    const newId = () => {
      made += 1;
      return `made${made}`;
    };
    const decoder = createGeminiChatRoute(newId).createDecoder({
      secrets: [],
      contentType: undefined,
      frames: undefined,
    });
    const bytes = Buffer.from(frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join(''));
    const events = [...decoder.decode(bytes), ...decoder.end()];
    checkEvents(events);
    return events;
  }
  const wireCall = (index: number, id: string, signature?: string) => ({
    ...{ index, id, type: 'function', function: { name: 'f', arguments: '{}' } },
    ...(signature && { extra_content: { google: { thought_signature: signature } } }),
  });

  test.each(['MALFORMED_FUNCTION_CALL', 'function_call_filter: UNEXPECTED_TOOL_CALL', 'malformed_response'])(
    "%s is no answer, and nobody's fault",
    (finish_reason) => {
      for (const choice of [{ delta: { content: null } }, { delta: { content: 'a' } }, { message: { content: '' } }]) {
        expect(decode({ choices: [{ index: 0, ...choice, finish_reason }] }).at(-1)).toMatchObject({
          type: 'failure',
          failure: { kind: 'upstream-unavailable', fault: 'model', message: expect.stringContaining(finish_reason) },
        });
      }
    },
  );

  test.each([
    ['own indices', [wireCall(0, 'a', 'c2ln'), wireCall(1, 'b')]],
    ['indices from 1', [wireCall(1, 'a', 'c2ln'), wireCall(2, 'b')]],
    ['the same index', [wireCall(0, 'a', 'c2ln'), wireCall(0, 'b')]],
    ['no ids', [wireCall(0, '', 'c2ln'), wireCall(1, '')]],
  ])('calls with %s keep their signatures, streamed and whole', (_name, calls) => {
    const streamed = decode(
      { choices: [{ index: 0, delta: { role: 'assistant', tool_calls: calls.slice(0, 1) } }] },
      { choices: [{ index: 0, delta: { tool_calls: calls.slice(1) }, finish_reason: 'tool_calls' }] },
    );
    const whole = decode({ choices: [{ index: 0, message: { tool_calls: calls }, finish_reason: 'tool_calls' }] });
    for (const events of [streamed, whole]) {
      const [first, second] = collect(events).choices[0]?.parts ?? [];
      expect(first).toMatchObject({ id: calls[0]?.id || 'made1', proof });
      expect(second).toMatchObject({ id: calls[1]?.id || 'made2' });
      expect(second).not.toHaveProperty('proof');
    }
  });

  test('each call of one chunk keeps its own signature, also with the same index', () => {
    const tool_calls = [wireCall(0, 'a', 'c2ln'), wireCall(0, 'b', 'b3RoZXI=')];
    const { choices } = collect(
      decode({ choices: [{ index: 0, delta: { tool_calls }, finish_reason: 'tool_calls' }] }),
    );
    expect(choices[0]?.parts).toMatchObject([
      { id: 'a', proof },
      { id: 'b', proof: { ...proof, value: 'b3RoZXI=' } },
    ]);
  });
});
