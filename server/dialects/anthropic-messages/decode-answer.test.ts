import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { checkEvents } from '../../conversation/testing/check-events.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { readAnswer } from '../testing/read-answer.ts';
import { MessagesAnswerReader } from './decode-answer.ts';

function read(...values: readonly unknown[]): ConversationEvent[] {
  const events = readAnswer((options) => new MessagesAnswerReader(options), values);
  checkEvents(events);
  return events;
}

const message = (content: readonly unknown[], rest: object = {}) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 2, output_tokens: 7 },
  ...rest,
});
const startEvent = { type: 'message_start', message: message([], { stop_reason: null }) };
const endEvents = (stop = 'end_turn') => [
  { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];
const start = (index: number, block: object) => ({ type: 'content_block_start', index, content_block: block });
const delta = (index: number, change: object) => ({ type: 'content_block_delta', index, delta: change });
const stop = (index: number) => ({ type: 'content_block_stop', index });
const texts = (...pieces: readonly string[]) => pieces.map((text) => ({ type: 'text_delta', text }));

const tool = { type: 'tool_use', id: 'toolu_1', name: 'f' };
const signed = { dialect: 'anthropic-messages', value: 'sig', model: 'claude-x' };

describe('a stream', () => {
  test('of text, its model and usage', () => {
    const events = read(
      startEvent,
      start(0, { type: 'text', text: '' }),
      { type: 'ping' },
      ...texts('Hel', 'lo').map((change) => delta(0, change)),
      stop(0),
      ...endEvents(),
    );
    const usage = { inputTokens: 17, cacheReadTokens: 5, cacheWriteTokens: 2, reasoningTokens: 0, estimated: false };
    expect(events).toEqual([
      { type: 'start', upstreamModel: 'claude-x', usage: { ...usage, outputTokens: 7 } },
      { type: 'block-start', choice: 0, block: 0, kind: 'text' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'text', text: 'Hel' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'text', text: 'lo' },
      { type: 'block-end', choice: 0, block: 0 },
      { type: 'usage', usage: { ...usage, outputTokens: 9 } },
      { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'end_turn' },
    ]);
  });

  test('of thinking, an empty text, and calls', () => {
    const events = read(
      startEvent,
      start(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'hm' }),
      delta(0, { type: 'signature_delta', signature: 'sig' }),
      stop(0),
      start(1, { type: 'redacted_thinking', data: 'secret' }),
      stop(1),
      start(2, { type: 'text', text: '' }),
      stop(2),
      start(3, { ...tool, input: {} }),
      delta(3, { type: 'input_json_delta', partial_json: '' }),
      delta(3, { type: 'input_json_delta', partial_json: '{"a":' }),
      delta(3, { type: 'input_json_delta', partial_json: '1234567890123456789}' }),
      stop(3),
      start(4, { ...tool, input: {} }),
      stop(4),
      ...endEvents('tool_use'),
    );
    const { parts, finish } = collect(events).choices[0] ?? {};
    expect(parts).toEqual([
      { type: 'reasoning', text: 'hm', proof: signed },
      { type: 'reasoning', text: '', proof: { ...signed, value: 'secret', redacted: true } },
      { type: 'tool-call', id: 'toolu_1', name: 'f', arguments: '{"a":1234567890123456789}' },
      { type: 'tool-call', id: 'made-1', name: 'f', arguments: '{}' },
    ]);
    expect(finish).toEqual({ reason: 'tool-calls', vendorReason: 'tool_use' });
  });

  test('of interleaved blocks is emitted one block after another', () => {
    const events = read(
      startEvent,
      start(0, { type: 'text', text: 'a' }),
      start(1, { ...tool, input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '{}' }),
      ...texts('b').map((change) => delta(0, change)),
      stop(1),
      stop(0),
      ...endEvents(),
    );
    expect(collect(events).choices[0]?.parts).toMatchObject([{ text: 'ab' }, { arguments: '{}' }]);
  });

  test('without starts and stops of its blocks is decoded as well', () => {
    const events = read(
      ...texts('a').map((change) => delta(0, change)),
      delta(1, { type: 'thinking_delta', thinking: 'hm' }),
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' } },
    );
    expect(collect(events).choices[0]).toMatchObject({
      parts: [{ text: 'a' }, { text: 'hm' }],
      finish: { reason: 'length' },
    });
  });

  test.each([
    ['redacted thinking', [start(0, { type: 'redacted_thinking', data: 'd' })]],
    [
      'thinking with a signature only',
      [
        start(0, { type: 'thinking', thinking: '', signature: '' }),
        delta(0, { type: 'signature_delta', signature: 'd' }),
      ],
    ],
  ])('with %s that does not stop keeps the order of its blocks', (_name, thinking) => {
    const events = read(startEvent, ...thinking, ...texts('a').map((change) => delta(1, change)), ...endEvents());
    expect(collect(events).choices[0]?.parts).toMatchObject([{ proof: { value: 'd' } }, { text: 'a' }]);
  });

  test('with a truncated call keeps the part that arrived', () => {
    const cut = delta(0, { type: 'input_json_delta', partial_json: '{"path":"a' });
    const events = read(startEvent, start(0, { ...tool, input: {} }), cut, stop(0), ...endEvents('max_tokens'));
    expect(collect(events).choices[0]).toMatchObject({
      parts: [{ arguments: '{"path":"a' }],
      finish: { reason: 'length' },
    });
  });

  test('with citations and unknown blocks', () => {
    const citation = { type: 'char_location', cited_text: 'x' };
    const events = read(
      startEvent,
      start(0, { type: 'text', text: '', citations: [] }),
      ...texts('a').map((change) => delta(0, change)),
      delta(0, { type: 'citations_delta', citation }),
      stop(0),
      start(1, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '{}' }),
      stop(1),
      { type: 'some_later_event' },
      ...endEvents(),
    );
    expect(events.filter((event) => event.type === 'vendor-delta')).toHaveLength(2);
    expect(collect(events).choices[0]?.parts).toMatchObject([
      { text: 'a', vendor: { 'anthropic-messages': { citations: [citation] } } },
      { type: 'vendor', value: { type: 'server_tool_use' }, deltas: [{ partial_json: '{}' }] },
    ]);
  });

  test.each([
    ['its usage only at the end, like Bedrock', [{ type: 'message_start', message: { model: 'm' } }]],
    ['nothing but its end', []],
  ])('that reports %s', (_name, begun) => {
    const events = read(
      ...begun,
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 3, outputTokenCount: 4 } },
    );
    expect(events.map(({ type }) => type)).toEqual(['start', 'usage', 'finish']);
    expect(collect(events).usage).toMatchObject({ inputTokens: 3, outputTokens: 4 });
  });

  test('that ends before the answer does is a failure', () => {
    const events = read(startEvent, start(0, { type: 'text', text: 'a' }));
    expect(events.at(-1)).toMatchObject({ type: 'failure', failure: { message: expect.stringContaining('ended') } });
  });

  test('with an error in it ends with that', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const events = read(startEvent, error, ...endEvents());
    expect(events.at(-1)).toMatchObject({ failure: { message: JSON.stringify(error) } });
  });
});

describe('a complete message', () => {
  test('has the same content as a stream', () => {
    const whole = read(
      message([
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'text', text: 'Hello' },
        { ...tool, input: { a: 1 } },
      ]),
    );
    expect(collect(whole)).toMatchObject({
      upstreamModel: 'claude-x',
      usage: { inputTokens: 17, outputTokens: 7 },
      choices: [
        {
          parts: [
            { type: 'reasoning', text: 'hm', proof: signed },
            { type: 'text', text: 'Hello' },
            { type: 'tool-call', id: 'toolu_1', name: 'f', arguments: '{"a":1}' },
          ],
          finish: { reason: 'tool-calls', vendorReason: 'end_turn' },
        },
      ],
    });
  });

  test('keeps the spelling of numbers', () => {
    const input = parseExactJson('{"id":1234567890123456789,"ratio":1.0}');
    const call = collect(read(message([{ ...tool, input }]))).choices[0]?.parts[0];
    expect(call).toMatchObject({ arguments: '{"id":1234567890123456789,"ratio":1.0}' });
  });

  test.each([
    ['end_turn', 'stop'],
    ['STOP_SEQUENCE', 'stop-sequence'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'context-full'],
    ['refusal', 'refusal'],
    ['pause_turn', 'paused'],
    ['compaction', 'paused'],
    ['some later word', 'stop'],
    [null, 'stop'],
  ])('that stops for %s', (word, reason) => {
    const events = read(message([{ type: 'text', text: 'a' }], { stop_reason: word, stop_sequence: 'END' }));
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason, stopSequence: 'END' });
  });

  test('without content is an empty answer', () => {
    expect(collect(read(message([]))).choices[0]).toEqual({
      index: 0,
      parts: [],
      finish: { reason: 'stop', vendorReason: 'end_turn' },
    });
  });

  test('with details of a refusal', () => {
    const details = { type: 'refusal', category: 'cyber', explanation: 'no' };
    const events = read(message([], { stop_reason: 'refusal', stop_details: details, container: null }));
    expect(events.at(-1)).toMatchObject({ vendor: { 'anthropic-messages': { stop_details: details } } });
  });
});

test.each([
  ['nothing', []],
  ['a word', ['oops']],
  ['an empty object', [{}]],
  ['an error', [{ error: { message: 'no' } }]],
  ['a message of the gateway', [{ message: 'Blocked', status: 403 }]],
  ['a status', [{ status: 'USER_BLOCKED' }]],
  ['a call without a name', [message([{ type: 'tool_use', id: 'x' }])]],
])('%s is a failure', (_name, values) => {
  expect(read(...values).at(-1)?.type).toBe('failure');
});

describe('any input', () => {
  const text = fc.constantFrom('', 'a', '你', '{"a"', ':1}', 'sig');
  const block = fc.record(
    {
      type: fc.constantFrom('text', 'thinking', 'redacted_thinking', 'tool_use', 'server_tool_use', 7),
      text,
      thinking: text,
      signature: text,
      data: text,
      id: fc.constantFrom('x', 'y', ''),
      name: fc.constantFrom('f', 'f', 'f', ''),
      input: fc.constantFrom({}, { a: 1 }, '{}', null),
      citations: fc.constantFrom(null, [{ type: 'c' }]),
    },
    { requiredKeys: ['type', 'name'] },
  );
  const change = fc.record(
    {
      type: fc.constantFrom(
        'text_delta',
        'thinking_delta',
        'signature_delta',
        'input_json_delta',
        'citations_delta',
        'x',
      ),
      text,
      thinking: text,
      signature: text,
      partial_json: text,
    },
    { requiredKeys: ['type'] },
  );
  const index = fc.nat(2);
  const usage = fc.constantFrom(undefined, null, { input_tokens: 3 }, { output_tokens: 4, input_tokens: 0 });
  const event = fc.oneof(
    fc.record({ type: fc.constant('message_start'), message: fc.record({ model: text, usage }) }),
    fc.record({ type: fc.constant('content_block_start'), index, content_block: block }),
    fc.record({ type: fc.constant('content_block_delta'), index, delta: change }),
    fc.record({ type: fc.constant('content_block_stop'), index }),
    fc.record({
      type: fc.constant('message_delta'),
      delta: fc.constantFrom({ stop_reason: 'end_turn' }, { stop_reason: null }, null),
      usage,
    }),
    fc.constantFrom({ type: 'ping' }, {}, { type: 'later' }),
  );
  const last = fc.constantFrom({ type: 'message_stop' }, { type: 'message_delta', delta: { stop_reason: 'x' } }, {});

  test('the events of a stream follow the rules', () => {
    let answered = 0;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 14 }), last, (events, ending) => {
        if (read(...events, ending).at(-1)?.type === 'finish') answered += 1;
      }),
      { numRuns: 2000 },
    );
    expect(answered).toBeGreaterThan(500);
  });

  test('the events of a complete answer and of any JSON follow the rules', () => {
    fc.assert(fc.property(fc.array(block, { maxLength: 5 }), (content) => void read(message(content))));
    fc.assert(fc.property(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 3 }), (values) => void read(...values)));
  });
});
