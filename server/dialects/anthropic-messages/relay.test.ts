import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { readAnthropicStream, requireAnthropicSchema } from '../../../test/schemas/anthropic.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, encodeJson, fromByteString } from '../../lib/byte-string.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import { encodeWellFormedJson } from '../../lib/well-formed-json.ts';
import type { AnswerContext } from '../dialect.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { type EncodedMessages, encodeMessagesRequest } from './encode-request.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer, relayBody } from './relay.ts';
import { arbitraryBody } from './testing/arbitrary-bodies.ts';
import { decodeBody } from './testing/requests.ts';

const model = 'claude-sonnet-4-5@20250929';

function encode(request: Parameters<typeof encodeMessagesRequest>[0], given = model): EncodedMessages {
  return encodeMessagesRequest(request, {
    model: given,
    maxOutputTokens: null,
    notes: new TranslationLog(),
    refusedMembers: new Set(),
  });
}

/** The body that is sent upstream for a body of the client. */
function relay(body: object | string, given = model): string {
  const { original } = decodeBody(body);
  if (original === undefined) throw new Error('the body is not at hand');
  const bytes = relayBody(original, { anthropic_version: 'v', ...encode(original.shape, given).body });
  return Buffer.from(bytes).toString('utf8');
}

describe('requests', () => {
  test('are relayed unchanged, except for the edits of the route', () => {
    const given = `{ "model" : "m", "max_tokens":1e3, "stream":true,
  "system": "Gr\\u00fc\\u00df Gott", "temperature" : 0.50, "later": {"b":1.0,"a":[12345678901234567890]},
  "tools": [ {"input_schema":{"type":"object","properties":{"b":{},"a":{}}}, "name":"f", "defer_loading":true, "description":"F"} ],
  "messages" : [
    {"role":"user","content":"\\u00dcber 🔐"},
    {"content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"d"},
      {"type":"tool_use","id":"toolu_2","name":"f","input":{"b":1.0,"a":-0}},{"type":"tool_use","id":"toolu_1","name":"f","input":{}}],"role":"assistant"},
    {"role":"user","content":[ {"type":"tool_result","tool_use_id":"toolu_1","content":"1"}, {"tool_use_id":"toolu_2","type":"tool_result"},
      {"type":"text","text":"reminder","cache_control":{"type":"ephemeral","ttl":"1h"}} ]} ] }`;
    const expected = given
      .replace(/"model" : "m", /, '')
      .replace(/, "stream":true/, '')
      .replace(', "defer_loading":true', '')
      .replace('"\\u00dcber 🔐"', '[{"type":"text","text":"Über 🔐"}]')
      .replace(',"ttl":"1h"', '')
      .replace(/ \}$/, ',"anthropic_version":"v" }');
    expect(relay(given)).toBe(expected);
  });

  test('of Claude Code: rejected members are removed, instructions move to the top, the rest is unchanged', () => {
    const body = {
      model: 'claude-opus-5-5',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
        { role: 'system', content: [{ type: 'text', text: 'Plan mode is off.' }] },
      ],
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330.a1b; cc_entrypoint=sdk-cli;' },
        { type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } },
      ],
      tools: [
        { name: 'Read', description: 'Reads', input_schema: { $schema: 's', type: 'object', properties: {} } },
        { name: 'DeferredToolPlaceholder', input_schema: { type: 'object' }, defer_loading: true },
      ],
      metadata: { user_id: '{"session_id":"s"}' },
      max_tokens: 128_000,
      thinking: { type: 'adaptive', display: 'omitted' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      output_config: { effort: 'medium' },
      stream: true,
    };
    expect(JSON.parse(relay(body, 'claude-opus-4-6'))).toEqual({
      anthropic_version: 'v',
      messages: [body.messages[0]],
      system: [body.system[1], { type: 'text', text: 'Plan mode is off.' }],
      tools: [body.tools[0], { name: 'DeferredToolPlaceholder', input_schema: { type: 'object' } }],
      metadata: body.metadata,
      max_tokens: 128_000,
      thinking: body.thinking,
      output_config: body.output_config,
    });
    // A model with a budget for thinking, which does not support effort.
    expect(JSON.parse(relay(body))).toMatchObject({
      max_tokens: 64_000,
      thinking: { type: 'enabled', budget_tokens: 16_384, display: 'omitted' },
    });
  });

  test('of Claude Code have no attribution, whose hashes no prompt cache would survive', () => {
    const line = (hash: string) =>
      `x-anthropic-billing-header: cc_version=2.1.177.${hash}; cc_entrypoint=cli; cch=36ee5;`;
    const ask = (system: unknown) =>
      JSON.parse(relay({ model: 'm', max_tokens: 1, system, messages: [{ role: 'user', content: line('01c') }] }));
    const own = { type: 'text', text: `You are Claude Code, ${line('01c')}`, cache_control: { type: 'ephemeral' } };
    for (const hash of ['01c', 'a9f']) {
      expect(ask([{ type: 'text', text: line(hash) }, own]).system).toEqual([own]);
      expect(ask(`${line(hash)}\nBe brief.`).system).toEqual([{ type: 'text', text: 'Be brief.' }]);
      expect(ask(line(hash)).system).toBeUndefined();
    }
    expect(ask('Be brief. cch=36ee5;').system).toBe('Be brief. cch=36ee5;');
    const long = `x-anthropic-billing-header: ${'x'.repeat(500)}`;
    expect(ask(long).system).toBe(long);
    expect(ask([own]).messages[0].content).toMatchObject([{ text: line('01c') }]);
  });

  test('half a surrogate pair is replaced', () => {
    const body =
      '{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"a\\ud83d"}]}]}';
    expect(JSON.parse(relay(body))).toMatchObject({ messages: [{ content: [{ text: 'a\ufffd' }] }] });
  });

  test('have the same meaning as their plain encoding', () => {
    let untouched = 0;
    fc.assert(
      fc.property(
        arbitraryBody,
        fc.constantFrom(model, 'claude-3-5-sonnet-v2@20241022', 'claude-opus-4-7'),
        (body, given) => {
          const text = JSON.stringify(body);
          const { original } = decodeBody(text);
          if (original === undefined) throw new Error('the body is not at hand');
          const plain = withTexts(
            parseExactJson(Buffer.from(encodeWellFormedJson(encode(original.shape, given).body)).toString()),
          );
          const relayed = relayBody(original, encode(original.shape, given).body);
          expect(withTexts(parseExactJson(Buffer.from(relayed).toString('utf8')))).toEqual(plain);
          if (relayed.length > text.length / 2) untouched += 1;
        },
      ),
      { numRuns: 500 },
    );
    expect(untouched).toBeGreaterThan(100);
  });
});

/** A text is equivalent to one block with it, and so are different spellings of a number. */
function withTexts(value: unknown): unknown {
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) return value.map(withTexts);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const holdsText = (name === 'content' || name === 'system') && typeof member === 'string';
      return [name, holdsText ? [{ type: 'text', text: member }] : withTexts(member)];
    }),
  );
}

const context: AnswerContext = { id: 'ab-c', created: 1, model: 'claude-asked', estimateInputTokens: () => 44 };
const usage = { ...noUsage, inputTokens: 9, outputTokens: 5 };
const message = {
  id: 'msg_vrtx_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: {
    input_tokens: 3,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: 2,
    output_tokens: 1,
    service_tier: 'standard',
  },
};

const shown: MessagesAnswerOptions = { thinking: 'shown', stopSequences: [] };
const hidden: MessagesAnswerOptions = { ...shown, thinking: 'hidden' };

function relayAnswer(frame: string, options = shown): string {
  return fromByteString(encodeRelayedAnswer({ ...collect([]), usage, frame }, context, options));
}

describe('complete answers', () => {
  test('are relayed unchanged, except for the model and required members', () => {
    const frame =
      '{ "model":"claude-sonnet-4", "id":"msg_vrtx_1","type":"message","role":"assistant","later":1.0,\n"content":[{"type":"text","text":"Gr\\u00fc\\u00df"}],"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"container":null,"usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,"output_tokens":1,"output_tokens_details":null} }';
    expect(relayAnswer(frame)).toBe(
      frame
        .replace('claude-sonnet-4', 'claude-asked')
        .replace('\n', ' ')
        .replace('"output_tokens_details":null', '"output_tokens_details":{"thinking_tokens":0}'),
    );
  });

  test('have all members, whatever the upstream omits', () => {
    const { id: _id, model: _model, usage: _usage, ...rest } = message;
    for (const value of [message, rest]) {
      const relayed: unknown = JSON.parse(relayAnswer(JSON.stringify(value)));
      requireAnthropicSchema('MessageComplete', relayed);
      expect(relayed).toMatchObject({ model: 'claude-asked' });
    }
    expect(JSON.parse(relayAnswer(JSON.stringify(rest)))).toMatchObject({ id: 'msg_abc', usage: { input_tokens: 9 } });
  });
});

const thought = { type: 'thinking', thinking: 'Hmm', signature: 'sig' };
const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };

test('a complete answer contains thinking only if requested', () => {
  const content = [thought, { type: 'redacted_thinking', data: 'AAAA' }, ...message.content];
  const frame = JSON.stringify({ ...message, content });
  expect(JSON.parse(relayAnswer(frame))).toMatchObject({ content });
  expect(JSON.parse(relayAnswer(frame, hidden))).toMatchObject({ content: message.content });
});

test.each([
  [null, 'end_turn'],
  ['some_later_reason', 'end_turn'],
  ['END_TURN', 'end_turn'],
  ['compaction', 'compaction'],
  ['pause_turn', 'pause_turn'],
])('the reason %j is one of the API’s', (stop_reason, expected) => {
  const whole: unknown = JSON.parse(relayAnswer(JSON.stringify({ ...message, stop_reason })));
  requireAnthropicSchema('MessageComplete', whole);
  expect(whole).toMatchObject({ stop_reason: expected });
  const end = { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 7 } };
  expect(relayStream([JSON.stringify(end)])).toContain(`"stop_reason":"${expected}"`);
});

test('the blocks of a complete answer have their texts', () => {
  const content = [{ type: 'text' }, { type: 'text', text: null }, { type: 'thinking', thinking: 'Hmm' }];
  const relayed: unknown = JSON.parse(relayAnswer(JSON.stringify({ ...message, content })));
  requireAnthropicSchema('MessageComplete', relayed);
  const empty = { type: 'text', text: '' };
  expect(relayed).toMatchObject({ content: [empty, empty, { type: 'thinking', thinking: 'Hmm', signature: '' }] });
});

test.each([{ input: null }, {}])('the input of a call is an object (%j)', (odd) => {
  const { input: _input, ...bare } = call;
  const frame = JSON.stringify({ ...message, content: [{ ...bare, ...odd }], stop_reason: 'tool_use' });
  const relayed: unknown = JSON.parse(relayAnswer(frame));
  requireAnthropicSchema('MessageComplete', relayed);
  expect(relayed).toMatchObject({ content: [call] });
  const start = { type: 'content_block_start', index: 0, content_block: { ...bare, ...odd } };
  expect(relayStream([JSON.stringify(start)])).toContain(JSON.stringify({ ...start, content_block: call }));
});

const frames: readonly JsonRecord[] = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'ping' },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 7 } },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 3 } },
];
const toFrame = (data: string): ConversationEvent => ({ type: 'frame', data });

function relayStream(data: readonly string[], failure?: Failure, options = shown): string {
  const encoder = createRelayStreamEncoder(context, options);
  const pieces = data.map((frame) => encoder.encode([toFrame(frame)]));
  const end = failure === undefined ? encoder.end(usage) : encoder.fail(failure);
  return fromByteString(asByteString([...pieces, end].join('')));
}

describe('streams', () => {
  test('are relayed unchanged, with event names', () => {
    const data = frames.map((frame) => JSON.stringify(frame));
    const events = readAnthropicStream(relayStream(data));
    expect(events.map(({ type }) => type)).toEqual(frames.map(({ type }) => type));
    expect(events.slice(1, 6)).toEqual(frames.slice(1, 6));
    expect(events[0]).toMatchObject({
      message: { id: 'msg_vrtx_1', model: 'claude-asked', usage: { input_tokens: 3 } },
    });
    expect(events.at(-1)).toEqual({ type: 'message_stop' });
  });

  test('keep every byte that needs no edit', () => {
    const delta =
      '{"type":"content_block_delta", "index":0,"delta":{"text":"Gr\\u00fc\\u00df 🔐","type":"text_delta","later":1.0}}';
    expect(relayStream([delta])).toContain(`event: content_block_delta\ndata: ${delta}\n\n`);
    const later = '{"later":1.0,"delta":{"type":"x"},"type":"message_later"}';
    expect(relayStream([later])).toContain(`event: message_later\ndata: ${later}\n\n`);
  });

  test('have each event on one line', () => {
    const pretty = JSON.stringify(frames[3], null, 2).replaceAll('\n', '\r\n');
    expect(relayStream([pretty])).toMatch(/\n\nevent: content_block_delta\ndata: \{ +"type".*\}\n\n/);
  });

  test('report the usage if the upstream does not', () => {
    const silent = frames.map(({ usage: _usage, ...frame }) =>
      frame.type === 'message_start'
        ? { ...frame, message: { ...readRecord(frame.message), usage: undefined } }
        : frame,
    );
    const events = readAnthropicStream(relayStream(silent.map((frame) => JSON.stringify(frame))));
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 44 } } });
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', usage: { input_tokens: 9, output_tokens: 5 } });
  });

  test('do not make the gateway estimate the usage that the upstream reports', () => {
    const estimateInputTokens = vi.fn(() => 44);
    const encoder = createRelayStreamEncoder({ ...context, estimateInputTokens }, shown);
    for (const frame of frames) encoder.encode([toFrame(JSON.stringify(frame))]);
    expect(estimateInputTokens).not.toHaveBeenCalled();
  });

  test('contain thinking only if requested, and renumber the other blocks', () => {
    const block = (index: number, content_block: JsonRecord, delta: JsonRecord) => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ];
    const think = (index: number) =>
      block(index, { ...thought, thinking: '', signature: '' }, { type: 'signature_delta', signature: 'sig' });
    const text = (index: number) =>
      block(index, { type: 'text', text: '' }, { type: 'text_delta', text: `text ${index}` });
    const [start = {}, ...others] = frames;
    const end = others.slice(-2);
    const data = [start, ...think(0), ...text(1), ...think(2), ...text(3), ...end].map((frame) =>
      JSON.stringify(frame),
    );
    expect(readAnthropicStream(relayStream(data))).toHaveLength(15);
    const events = readAnthropicStream(relayStream(data, undefined, hidden));
    expect(events.flatMap(({ index }) => index ?? [])).toEqual([0, 0, 0, 1, 1, 1]);
    expect(events.map(({ delta }) => readRecord(delta).text)).toEqual(expect.arrayContaining(['text 1', 'text 3']));
  });

  const opens = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block });
  const ended = (stop_reason: string | null) => ({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens: 3 },
  });
  const filled = { type: 'tool_use', id: 't', name: 'f', input: { x: 1 } };
  const empty = { ...filled, input: {} };
  const stops = (index: number) => ({ type: 'content_block_stop', index });
  const thinks = (index: number) => {
    return { type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking: 'hm' } };
  };
  const grows = (index: number, text: string) => {
    return { type: 'content_block_delta', index, delta: { type: 'text_delta', text } };
  };
  test.each<[string, readonly object[], readonly object[]]>([
    [
      'a block that starts with its text, and never stops',
      [opens(0, { type: 'text', text: 'hi' }), ended(null)],
      [
        opens(0, { type: 'text', text: '' }),
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
        { type: 'content_block_stop', index: 0 },
        ended('end_turn'),
      ],
    ],
    [
      'a call that starts with its input, in a turn that ends as if it had none',
      [opens(0, filled), { type: 'content_block_stop', index: 0 }, ended('end_turn')],
      [
        opens(0, { ...filled, input: {} }),
        { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"x":1}' } },
        { type: 'content_block_stop', index: 0 },
        ended('tool_use'),
      ],
    ],
    [
      'a block that grows without having started, and stops twice',
      [grows(0, 'hi'), stops(0), stops(0), ended('end_turn')],
      [opens(0, { type: 'text', text: '' }), grows(0, 'hi'), stops(0), ended('end_turn')],
    ],
    [
      'thinking within a text, and text within thinking',
      [opens(0, { type: 'text', text: '' }), grows(0, 'a'), thinks(0), grows(0, 'b'), stops(0), ended('end_turn')],
      [
        ...[opens(0, { type: 'text', text: '' }), grows(0, 'a'), stops(0)],
        ...[opens(1, { type: 'thinking', thinking: '' }), thinks(1), stops(1)],
        ...[opens(2, { type: 'text', text: '' }), grows(2, 'b'), stops(2), ended('end_turn')],
      ],
    ],
    [
      'a text that follows a text or a call at the same index without having started',
      [
        ...[opens(0, { type: 'text', text: '' }), grows(0, 'a'), stops(0), grows(0, 'b'), stops(0)],
        ...[opens(0, empty), grows(0, 'c'), ended('tool_use')],
      ],
      [
        ...[opens(0, { type: 'text', text: '' }), grows(0, 'a'), stops(0)],
        ...[opens(1, { type: 'text', text: '' }), grows(1, 'b'), stops(1), opens(2, empty), stops(2)],
        ...[opens(3, { type: 'text', text: '' }), grows(3, 'c'), stops(3), ended('tool_use')],
      ],
    ],
    [
      'a message that begins twice, with blocks that are open at once',
      [frames[0] ?? {}, opens(0, empty), opens(1, empty), stops(0), stops(1), ended('tool_use')],
      [opens(0, empty), stops(0), opens(1, empty), stops(1), ended('tool_use')],
    ],
    [
      'events of the platform, which clients that validate events reject',
      [{ type: 'vertex_event', usage: { input_tokens: 9, tiers: {} } }, { type: 'ping' }, ended('end_turn')],
      [{ type: 'ping' }, ended('end_turn')],
    ],
    [
      'blocks that start without a text',
      [
        ...[opens(0, { type: 'thinking' }), thinks(0), stops(0)],
        ...[opens(1, { type: 'text', text: null }), grows(1, 'a'), stops(1), ended('end_turn')],
      ],
      [
        ...[opens(0, { type: 'thinking', thinking: '', signature: '' }), thinks(0), stops(0)],
        ...[opens(1, { type: 'text', text: '' }), grows(1, 'a'), stops(1), ended('end_turn')],
      ],
    ],
    [
      'blocks without an index',
      [
        ...[opens(0, { type: 'text', text: '' }), grows(0, 'a'), stops(0), opens(0, empty), stops(0)].map(
          ({ index: _index, ...event }) => event,
        ),
        ended('tool_use'),
      ],
      [
        ...[opens(0, { type: 'text', text: '' }), grows(0, 'a'), stops(0)],
        ...[opens(1, empty), stops(1), ended('tool_use')],
      ],
    ],
    [
      'counts that are null',
      [{ ...ended('end_turn'), usage: { output_tokens: null } }],
      [{ ...ended('end_turn'), usage: { output_tokens: 5 } }],
    ],
    [
      'an end in two events',
      [
        { type: 'message_delta', delta: { stop_reason: 'stop_sequence', stop_sequence: 'x' } },
        { type: 'message_delta', delta: {}, usage: { output_tokens: 3 } },
      ],
      [{ ...ended('stop_sequence'), delta: { stop_reason: 'stop_sequence', stop_sequence: 'x' } }],
    ],
    [
      'counts that come twice, before and with the reason',
      [{ ...ended(null), usage: { output_tokens: 1 } }, ended('max_tokens'), { ...ended(null), delta: {} }],
      [{ ...ended('end_turn'), usage: { output_tokens: 1 } }, ended('max_tokens'), ended('max_tokens')],
    ],
    [
      'a missing end',
      [opens(0, empty), stops(0)],
      [opens(0, empty), stops(0), { ...ended('tool_use'), usage: { output_tokens: 5 } }],
    ],
    [
      'counts of tools that lack one',
      [{ ...ended('end_turn'), usage: { output_tokens: 3, server_tool_use: { web_search_requests: 1 } } }],
      [{ usage: { server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } } }],
    ],
  ])('correct %s', (_name, given, expected) => {
    const data = [frames[0], ...given, { type: 'message_stop' }].map((event) => JSON.stringify(event));
    const [, ...relayed] = readAnthropicStream(relayStream(data));
    expect(relayed).toMatchObject([...expected, { type: 'message_stop' }]);
  });

  test('keep a text within thinking that is hidden', () => {
    const data = [
      frames[0],
      opens(0, { type: 'thinking', thinking: '', signature: '' }),
      ...[thinks(0), grows(0, 'a'), thinks(0), stops(0), opens(1, { type: 'text', text: '' }), grows(1, 'b'), stops(1)],
      ...frames.slice(-2),
    ].map((frame) => JSON.stringify(frame));
    const events = readAnthropicStream(relayStream(data, undefined, hidden));
    expect(events.flatMap(({ delta }) => readRecord(delta).text ?? [])).toEqual(['a', 'b']);
    expect(JSON.stringify(events)).not.toContain('hm');
  });

  test('begin, even if the upstream’s does not', () => {
    const data = frames.slice(2).map((frame) => JSON.stringify(frame));
    const events = readAnthropicStream(relayStream(data));
    expect(events[0]).toMatchObject({ type: 'message_start', message: { model: 'claude-asked' } });
    expect(events).toHaveLength(data.length + 1);
  });

  test('end once', () => {
    const unended = frames.slice(0, -1).map((frame) => JSON.stringify(frame));
    expect(readAnthropicStream(relayStream(unended)).at(-1)).toEqual({ type: 'message_stop' });
  });

  test('report an error with the gateway’s own message', () => {
    const error = '{"type":"error","error":{"type":"secret_error","message":"secret"}}';
    const text = relayStream([JSON.stringify(frames[0]), error], new Failure('overloaded', 'Busy.'));
    expect(readAnthropicStream(text).at(-1)).toMatchObject({ error: { type: 'overloaded_error', message: 'Busy.' } });
    expect(text).not.toContain('secret');
  });

  test('have the same meaning as the original bytes', () => {
    const data = frames.map((frame) => encodeJson(frame));
    expect(relayStream(data.map(fromByteString))).toContain(data[3]);
  });
});
