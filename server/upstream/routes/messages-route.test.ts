import { Buffer } from 'node:buffer';
import { EventStreamCodec } from '@smithy/core/event-streams';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { checkEvents } from '../../conversation/testing/check-events.ts';
import { createBedrockAnthropicRoute } from './bedrock-anthropic/index.ts';
import type { DecoderOptions, RouteTarget } from './route.ts';
import { createVertexAnthropicRoute } from './vertex-anthropic/index.ts';

const vertex = createVertexAnthropicRoute(() => 'made');
const bedrock = createBedrockAnthropicRoute(() => 'made');

const request = (given: Partial<ConversationRequest> = {}): ConversationRequest => ({
  model: 'm',
  stream: false,
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi 🔐' }] }],
  tools: [],
  choiceCount: 1,
  ...given,
});
const target = (model: string, refused: readonly string[] = []): RouteTarget => ({
  model,
  maxOutputTokens: 100,
  refusedMembers: new Set(refused),
});

describe('requests', () => {
  test.each([
    [
      vertex,
      'claude-sonnet-4@20250514',
      false,
      'google/v1/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict',
    ],
    [vertex, 'claude-opus-4-6', true, 'google/v1/publishers/anthropic/models/claude-opus-4-6:streamRawPredict'],
    [
      bedrock,
      'anthropic.claude-sonnet-4-20250514-v1:0',
      false,
      'bedrock/model/anthropic.claude-sonnet-4-20250514-v1:0/invoke',
    ],
    [
      bedrock,
      'anthropic.claude-opus-4-6-v1',
      true,
      'bedrock/model/anthropic.claude-opus-4-6-v1/invoke-with-response-stream',
    ],
  ])('$name asks for %s (streamed: %s)', (route, model, stream, path) => {
    expect(route.servesModel(model)).toBe(true);
    const encoded = route.encodeRequest(request({ stream }), target(model));
    expect(encoded.path).toBe(`/rovodev/v2/proxy/ai/v1/${path}`);
    expect(JSON.parse(Buffer.concat(encoded.body).toString('utf8'))).toEqual({
      anthropic_version: route === vertex ? 'vertex-2023-10-16' : 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi 🔐' }] }],
    });
    expect(encoded).toMatchObject({ notes: [], answerIsRelayable: true });
  });

  test('each route recognises its models by id', () => {
    expect(vertex.servesModel('anthropic.claude-opus-4-6-v1')).toBe(false);
    expect(bedrock.servesModel('claude-opus-4-6')).toBe(false);
    expect([vertex, bedrock].some((route) => route.servesModel('gemini-2.5-pro'))).toBe(false);
  });

  test('members the model refuses are left out', () => {
    const { body, notes } = vertex.encodeRequest(
      request({ user: 'u', vendor: { 'anthropic-messages': { later: { a: 1, b: 2 } } } }),
      target('claude-opus-4-6', ['later.a', 'metadata']),
    );
    const sent: unknown = JSON.parse(Buffer.concat(body).toString('utf8'));
    expect(sent).toMatchObject({ later: { b: 2 } });
    expect(sent).not.toHaveProperty('metadata');
    expect(notes.map((note) => note.member)).toEqual(['later.a', 'metadata']);
  });

  test('an answer that has to be transformed is not relayed', () => {
    const tools = [{ type: 'function', name: 'a.b' }] as const;
    const encoded = vertex.encodeRequest(request({ tools }), target('claude-opus-4-6'));
    expect(encoded.answerIsRelayable).toBe(false);
    expect(encoded.createAnswerTransform).toBeDefined();
  });

  test('an id that is not a path segment is refused', () => {
    expect(() => vertex.encodeRequest(request(), target('../secrets'))).toThrow(/characters/);
  });
});

const message = {
  id: 'msg_vrtx_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 'sig' },
    { type: 'text', text: 'Grüß 🔐' },
    { type: 'tool_use', id: 'toolu_vrtx_1', name: 'f', input: { a: 1 } },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 7 },
};
const frames: readonly object[] = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'ping' },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Grüß ' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: '🔐' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { ...message.content[2], input: {} } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '1}' } },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 7 } },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 10 } },
];

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);
const binaryMessage = (headers: Readonly<Record<string, string>>, body: string) =>
  codec.encode({
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [`:${name}`, { type: 'string' as const, value }]),
    ),
    body: Buffer.from(body),
  });
const binaryFrame = (frame: object) =>
  binaryMessage(
    { 'event-type': 'chunk', 'message-type': 'event' },
    JSON.stringify({ bytes: Buffer.from(JSON.stringify(frame)).toString('base64') }),
  );
const sse = (separator: string, named = false) =>
  Buffer.from(
    frames
      .map((frame) => `${named ? `event: ${Reflect.get(frame, 'type')}\n` : ''}data: ${JSON.stringify(frame)}`)
      .join(separator),
  );

const forms: readonly (readonly [string, Buffer, string | undefined])[] = [
  ['a whole message', Buffer.from(JSON.stringify(message)), 'application/json'],
  ['data lines with blank lines between', sse('\n\n'), 'text/event-stream'],
  ['data lines alone', sse('\n'), 'text/event-stream'],
  ['data lines that end in CRLF', sse('\r\n\r\n'), 'text/event-stream'],
  ['named events', sse('\n\n', true), 'text/event-stream'],
  ['a stream that says to be JSON', sse('\n\n'), 'application/json'],
  ['binary frames', Buffer.concat(frames.map(binaryFrame)), 'application/vnd.amazon.eventstream'],
];

function decode(pieces: readonly Uint8Array[], options: Partial<DecoderOptions> = {}): ConversationEvent[] {
  const decoder = bedrock.createDecoder({ secrets: [], contentType: undefined, frames: undefined, ...options });
  const events = [...pieces.flatMap((piece) => [...decoder.decode(piece)]), ...decoder.end()];
  checkEvents(events);
  return events;
}

describe('answers', () => {
  test.each(forms)('as %s', (_name, body, contentType) => {
    const { choices, upstreamModel, usage } = collect(decode([body], { contentType }));
    expect({ upstreamModel, usage }).toMatchObject({
      upstreamModel: 'claude-sonnet-4',
      usage: { inputTokens: 10, outputTokens: 7 },
    });
    expect(choices).toMatchObject([
      {
        parts: [
          { text: 'hm', proof: { value: 'sig' } },
          { text: 'Grüß 🔐' },
          { id: 'toolu_vrtx_1', arguments: '{"a":1}' },
        ],
        finish: { reason: 'tool-calls' },
      },
    ]);
  });

  test('they give the same events wherever they are split', () => {
    const form = fc.constantFrom(...forms);
    fc.assert(
      fc.property(form, fc.array(fc.nat(2500), { maxLength: 8 }), ([_name, body, contentType], places) => {
        const ends = [...places.filter((place) => place < body.length).sort((a, b) => a - b), body.length];
        const pieces = ends.map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
        expect(collect(decode(pieces, { contentType }))).toEqual(collect(decode([body], { contentType })));
      }),
    );
  });

  test('a relayed answer reports each frame before its events', () => {
    const events = decode([sse('\n\n')], { frames: 'stream' });
    expect(events.flatMap((event) => (event.type === 'frame' ? [event.data] : []))).toEqual(
      frames.map((frame) => JSON.stringify(frame)),
    );
    expect(events.slice(0, 2)).toMatchObject([{ type: 'frame' }, { type: 'start' }]);
  });

  test.each<readonly [string, Readonly<Record<string, string>>, string, object]>([
    [
      'an exception',
      { 'message-type': 'exception', 'exception-type': 'throttlingException' },
      '{"message":"Rate exceeded"}',
      { kind: 'rate-limited', message: 'Too many requests to the upstream: Rate exceeded.' },
    ],
    [
      'an error, which is in the headers',
      { 'message-type': 'error', 'error-code': 'ThrottlingException', 'error-message': 'Rate exceeded' },
      '',
      { kind: 'rate-limited', message: 'Too many requests to the upstream: Rate exceeded.' },
    ],
  ])('as a binary message that is %s', (_name, headers, body, failure) => {
    const contentType = 'application/vnd.amazon.eventstream';
    const pieces = [...frames.slice(0, 2).map(binaryFrame), binaryMessage(headers, body)];
    expect(decode(pieces, { contentType }).at(-1)).toMatchObject({ type: 'failure', failure });
  });

  test('an error inside an answer ends it', () => {
    const error = 'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    const events = decode([sse('\n\n').subarray(0, 600), Buffer.from(`\n\n${error}`)]);
    expect(events.at(-1)).toMatchObject({ type: 'failure' });
  });
});
