import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConversationEvent } from '../../../conversation/events.ts';
import { checkEvents } from '../../../conversation/testing/check-events.ts';
import { createUnifiedRoute } from './index.ts';
import { decoderOptions, describeEvents } from './testing/describe-events.ts';

function decode(...pieces: readonly Uint8Array[]): ConversationEvent[] {
  let made = 0;
  const decoder = createUnifiedRoute(() => `made-${++made}`).createDecoder(decoderOptions);
  return [...pieces.flatMap((piece) => decoder.decode(piece)), ...decoder.end()];
}

const decodeText = (text: string) => describeEvents(decode(Buffer.from(text)));

const text = fc.oneof(fc.constantFrom('', 'a', '你好', '"\\\n', '🔐'), fc.string({ maxLength: 8 }));
const json = fc.oneof(
  fc.constantFrom(null, '', '{}', '{"a":1}', '{"a"', ':1}', 'null', '[]'),
  fc.json({ maxDepth: 1 }),
  fc.object({ maxDepth: 1 }),
);
const toolCall = fc.record(
  {
    index: fc.nat(2),
    id: fc.constantFrom('x', 'y', '', null, 7),
    function: fc.record({ name: fc.constantFrom('f', 'g', ''), arguments: json }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const part = fc.oneof(
  text,
  fc.record(
    {
      type: fc.constantFrom('text', 'thinking', 'refusal', 'tool_use', 'image'),
      text,
      thinking: text,
      name: text,
      input: json,
    },
    { requiredKeys: ['type'] },
  ),
);
const message = fc.record(
  {
    role: fc.constant('assistant'),
    content: fc.oneof(text, fc.array(part, { maxLength: 3 }), fc.constant(null)),
    reasoning_content: text,
    tool_calls: fc.array(toolCall, { maxLength: 3 }),
    function_call: fc.record({ name: fc.constant('f'), arguments: json }),
  },
  { requiredKeys: [] },
);
const choice = fc.record(
  {
    index: fc.oneof(fc.nat(2), fc.constantFrom(null, -1, '0')),
    message,
    delta: message,
    finish_reason: fc.constantFrom(null, 'stop', 'END_TURN', 'tool_use', 'length', 'SAFETY', 'weird'),
  },
  { requiredKeys: [] },
);
const usage = fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat(), prompt_tokens: json }, { requiredKeys: [] });
const chunk = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        response_payload: fc.record({ choices: fc.array(choice, { maxLength: 2 }), usage }, { requiredKeys: [] }),
        platform_attributes: fc.record({ model: text, metrics: fc.record({ usage }) }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const frame = fc.oneof(
  { weight: 9, arbitrary: chunk.map((value) => `data: ${JSON.stringify(value)}`) },
  { weight: 1, arbitrary: fc.constantFrom('data: [DONE]', ': c', 'event: error', 'data: {', 'data: oops', '') },
);
const body = fc.oneof(
  fc
    .tuple(fc.array(frame, { maxLength: 12 }), fc.constantFrom('\n', '\n\n', '\r\n\r\n', '\r'))
    .map(([frames, end]) => frames.join(end) + end),
  chunk.map((value) => JSON.stringify(value)),
);

describe('whatever the upstream sends', () => {
  test('the events are valid, wherever the bytes are split', () => {
    fc.assert(
      fc.property(body, fc.array(fc.nat(400), { maxLength: 6 }), (content, places) => {
        const bytes = Buffer.from(content);
        const events = decode(bytes);
        checkEvents(events);
        const ends = [...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(describeEvents(decode(...pieces))).toEqual(describeEvents(events));
      }),
      { numRuns: 600 },
    );
  });

  test('any bytes can be decoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => checkEvents(decode(bytes))),
      { numRuns: 500 },
    );
  });
});

const frames = (...values: readonly unknown[]) => values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');
const calls = (...toolCalls: readonly unknown[]) => ({
  response_payload: { choices: [{ message: { tool_calls: toolCalls } }] },
});
const call = (name: string | undefined, args: unknown, rest: object = {}) => ({
  ...rest,
  function: { name, arguments: args },
});

describe('tool calls told apart', () => {
  test.each([
    [
      'a placeholder object before the fragments',
      [
        calls(call('f', {}, { index: 0 })),
        calls(call(undefined, '{"a":', { index: 0 })),
        calls(call(undefined, '1}', { index: 0 })),
      ],
      ['f {"a":1}'],
    ],
    [
      'a placeholder text before the fragments',
      [calls(call('f', '{}', { index: 0 })), calls(call(undefined, '{"a":1}', { index: 0 }))],
      ['f {"a":1}'],
    ],
    [
      'null before the object',
      [calls(call('f', null, { id: 'x' })), calls(call(undefined, { a: 1 }, { id: 'x' }))],
      ['f {"a":1}'],
    ],
    ['null as text', [calls(call('f', 'null'))], ['f {}']],
    ['nothing', [calls(call('f', undefined))], ['f {}']],
    ['two alike in one chunk', [calls(call('f', '{}'), call('f', '{}'))], ['f {}', 'f {}']],
    [
      'two alike in two chunks, without index and id',
      [calls(call('f', '{"a":1}')), calls(call('f', '{"a":1}'))],
      ['f {"a":1}', 'f {"a":1}'],
    ],
    ['a name on every fragment', [calls(call('f', '{"a"')), calls(call('f', ':1}'))], ['f {"a":1}']],
    [
      'the same id twice in one chunk',
      [calls(call('f', '{"a":1}', { id: 'x' }), call('f', '{"a":2}', { id: 'x' }))],
      ['f {"a":1}', 'f {"a":2}'],
    ],
    [
      'the same id and another name',
      [calls(call('f', '{}', { id: 'x' })), calls(call('g', '{}', { id: 'x' }))],
      ['f {}', 'g {}'],
    ],
    [
      'the name after the arguments',
      [calls(call(undefined, '{"a":', { index: 0 })), calls(call('f', '1}', { index: 0 }))],
      ['f {"a":1}'],
    ],
    ['an index from 1', [calls(call('f', '{}', { index: 1 })), calls(call('g', '{}', { index: 3 }))], ['f {}', 'g {}']],
    [
      'interleaved by index',
      [
        calls(call('f', '{"a"', { index: 0 }), call('g', '{"b"', { index: 1 })),
        calls(call(undefined, ':1}', { index: 0 }), call(undefined, ':2}', { index: 1 })),
      ],
      ['f {"a":1}', 'g {"b":2}'],
    ],
    [
      'all index 0 without ids',
      [calls(call('f', '{"a":1}', { index: 0 })), calls(call('f', '{"a":2}', { index: 0 }))],
      ['f {"a":1}', 'f {"a":2}'],
    ],
    [
      'a piece that repeats what came before it',
      [
        calls(call('f', '{"a":"', { index: 0 })),
        calls(call(undefined, 'x', { index: 0 })),
        calls(call(undefined, 'x', { index: 0 })),
        calls(call(undefined, '"}', { index: 0 })),
      ],
      ['f {"a":"xx"}'],
    ],
    [
      'a new id on every fragment',
      [calls(call('f', '{"a":', { index: 0, id: 'x' })), calls(call(undefined, '1}', { index: 0, id: 'y' }))],
      ['f {"a":1}'],
    ],
    ['a nameless empty fragment', [calls(call('f', '{}')), calls({})], ['f {}']],
  ])('%s', (_name, values, expected) => {
    const events = decode(Buffer.from(frames(...values)));
    checkEvents(events);
    const told: string[] = [];
    for (const event of events) {
      if (event.type === 'block-start' && event.kind === 'tool-call') told[event.block] = `${event.name} `;
      if (event.type === 'block-delta' && event.kind === 'tool-call') told[event.block] += event.text;
    }
    expect(told).toEqual(expected);
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
  });

  test.each([
    ['arguments that are no JSON', [calls(call('f', '{"a":1}x'))], 'args 0.0 {"a":1}x'],
    ['arguments that are cut', [calls(call('f', '{"a":"Once upo'))], 'args 0.0 {"a":"Once upo'],
  ])('%s are passed on as the model wrote them', (_name, values, expected) => {
    const told = decodeText(frames(...values, { choices: [{ finish_reason: 'tool_use' }] }));
    expect(told).toContain(expected);
    expect(told.at(-1)).toBe('finish 0 tool-calls');
  });

  test('unless the answer has no finish reason', () => {
    expect(decodeText(frames(calls(call('f', '{"a":"Once upo')))).at(-1)).toBe(
      'failure upstream-unavailable transient',
    );
  });

  test("a call without a name is the model's failure, unless the stream was cut", () => {
    const failureOf = (...values: unknown[]) => decode(Buffer.from(frames(...values))).at(-1);
    const unnamed = calls(call(undefined, '{"a":1}'));
    expect(failureOf(unnamed)).toMatchObject({ type: 'failure', failure: { fault: 'transient' } });
    const ended = { choices: [{ finish_reason: 'tool_use' }] };
    expect(failureOf(unnamed, ended)).toMatchObject({ type: 'failure', failure: { fault: 'model' } });
  });

  test('complete calls count as calls whatever the finish reason, unless the answer was filtered or cut', () => {
    const finish = (reason: unknown) => ({ choices: [{ finish_reason: reason }] });
    for (const reason of ['stop', null, 'weird']) {
      expect(decodeText(frames(calls(call('f', '{}')), finish(reason))).at(-1)).toBe('finish 0 tool-calls');
    }
    expect(decodeText(frames(calls(call('f', '{}')), finish('SAFETY'))).at(-1)).toBe('finish 0 content-filter');
    expect(decodeText(frames(calls(call('f', '{"a":"')), finish('length'))).at(-1)).toBe('finish 0 length');
  });
});

describe('usage', () => {
  test.each([
    [{ input_tokens: 3, output_tokens: 4 }, 'usage 3/4'],
    [{ prompt_tokens: 3, completion_tokens: 4 }, 'usage 3/4'],
    [{ prompt_tokens: '3', completion_tokens: 4.9 }, 'usage 3/4'],
    [{ output_tokens: 4 }, 'usage 0/4'],
    [
      { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 8 } },
      'usage 10/1 read 8 write 0 reasoning 0',
    ],
    [
      {
        input_tokens: 10,
        output_tokens: 1,
        input_tokens_details: { cached_tokens: 8 },
        output_tokens_details: { reasoning_tokens: 1 },
      },
      'usage 10/1 read 8 write 0 reasoning 1',
    ],
    [
      { input_tokens: 2, output_tokens: 1, cache_read_input_tokens: 8, cache_creation_input_tokens: 4 },
      'usage 14/1 read 8 write 4 reasoning 0',
    ],
    [
      { prompt_tokens: 14, completion_tokens: 1, cache_read_input_tokens: 8, cache_creation_input_tokens: 4 },
      'usage 14/1 read 8 write 4 reasoning 0',
    ],
  ])('%j', (value, expected) => {
    for (const place of [
      { platform_attributes: { metrics: { usage: value } } },
      { response_payload: { usage: value, choices: [] } },
      { usage: value },
    ]) {
      expect(decodeText(frames({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }, place))).toEqual([
        'text 0 a',
        expected,
        'finish 0 stop',
      ]);
    }
  });

  test('is found in every known place', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 6 };
    const value = {
      response_payload: { choices: [{ message: { content: 'a' }, finish_reason: 'stop' }], usage },
      platform_attributes: { metrics: { usage: {} } },
    };
    expect(decodeText(JSON.stringify(value))).toContain('usage 5/6');
  });

  test.each([null, {}, 'many', { input_tokens: -1 }, { total_tokens: 3 }])('%j is none', (value) => {
    expect(decodeText(frames({ choices: [{ message: { content: 'a' } }], usage: value }))).toEqual([
      'text 0 a',
      'finish 0 stop',
    ]);
  });

  test('a later report keeps missing figures, and a repeated one is reported once', () => {
    const report = (value: object) => ({ choices: [{ message: { content: 'a' } }], usage: value });
    const first = { input_tokens: 5, output_tokens: 0 };
    expect(decodeText(frames(report(first), report(first), report({ output_tokens: 7 })))).toEqual([
      'text 0 a',
      'usage 5/0',
      'text 0 a',
      'text 0 a',
      'usage 5/7',
      'finish 0 stop',
    ]);
  });
});

describe('finish reasons', () => {
  test.each([
    ['stop', 'end_turn STOP End_Turn weird '],
    ['stop-sequence', 'stop_sequence'],
    ['length', 'length max_tokens MAX_TOKENS'],
    ['context-full', 'model_context_window_exceeded'],
    ['paused', 'pause_turn'],
    ['refusal', 'refusal'],
    ['content-filter', 'content_filter SAFETY recitation PROHIBITED_CONTENT blocklist spii'],
  ])('%s', (reason, words) => {
    for (const word of words.split(' ')) {
      expect(decodeText(JSON.stringify({ choices: [{ message: { content: 'a' }, finish_reason: word }] }))).toEqual([
        'text 0 a',
        `finish 0 ${reason}`,
      ]);
    }
  });

  test('a known one is not replaced by a later one', () => {
    const chunks = ['length', null, 'weird'].map((reason) => ({
      choices: [{ message: { content: 'a' }, finish_reason: reason }],
    }));
    expect(decodeText(frames(...chunks)).at(-1)).toBe('finish 0 length');
  });
});

test('an answer without an end is not buffered forever', () => {
  const decoder = createUnifiedRoute().createDecoder(decoderOptions);
  const block = Buffer.alloc(4 * 1024 * 1024, 'a');
  const events = decoder.decode(Buffer.from('data: {"a":"'));
  for (let count = 0; count < 9; count += 1) events.push(...decoder.decode(block));
  expect(describeEvents(events)).toEqual(['failure upstream-unavailable transient']);
});
