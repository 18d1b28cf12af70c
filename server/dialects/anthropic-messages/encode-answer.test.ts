import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnthropicStream, requireAnthropicSchema } from '../../../test/schemas/anthropic.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent, TextKind } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { decodeProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { arbitraryAnswer, arbitraryEvents, arbitraryUsage } from '../../conversation/testing/arbitrary-events.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import { type JsonRecord, parseJson, readArray, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerContext } from '../dialect.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { addUpStream } from './testing/read-answer.ts';

const usage = {
  inputTokens: 50,
  outputTokens: 7,
  cacheReadTokens: 20,
  cacheWriteTokens: 10,
  reasoningTokens: 3,
  estimated: false,
};
const context: AnswerContext = { id: 'ab-c', created: 1_750_000_000, model: 'claude-x', estimateInputTokens: () => 44 };
const shown: MessagesAnswerOptions = { thinking: 'shown', stopSequences: [] };

function encodeWhole(events: readonly ConversationEvent[], options = shown, used = usage): JsonRecord {
  const text = fromByteString(encodeAnswer({ ...collect(events), usage: used }, context, options));
  const message = readRecord(parseJson(text));
  requireAnthropicSchema('MessageComplete', message);
  return message;
}

/** @param groups the events of each push */
function encodeStreamed(groups: readonly (readonly ConversationEvent[])[], options = shown, used = usage): string {
  const encoder = createStreamEncoder(context, options);
  const written = groups.map((events) => encoder.encode(events)).join('');
  return fromByteString(asByteString(written + encoder.end(used)));
}

type Block =
  | {
      readonly kind: TextKind;
      readonly texts?: readonly string[];
      readonly proof?: ReasoningProof;
      readonly id?: string;
    }
  | { readonly kind: 'vendor'; readonly value: JsonRecord; readonly deltas?: readonly JsonRecord[] };

function eventsOf(blocks: readonly Block[], finish: object = { reason: 'stop' }): ConversationEvent[] {
  const events = blocks.flatMap((block, index): ConversationEvent[] => {
    const place = { choice: 0, block: index };
    if (block.kind === 'vendor') {
      const dialect = 'anthropic-messages';
      return [
        { type: 'block-start', ...place, kind: 'vendor', dialect, value: block.value },
        ...(block.deltas ?? []).map((value): ConversationEvent => ({ type: 'vendor-delta', ...place, dialect, value })),
        { type: 'block-end', ...place },
      ];
    }
    const { kind, texts = [], proof, id = 'toolu_1' } = block;
    return [
      kind === 'tool-call'
        ? { type: 'block-start', ...place, kind, id, name: 'f' }
        : { type: 'block-start', ...place, kind },
      ...texts.map((text): ConversationEvent => ({ type: 'block-delta', ...place, kind, text })),
      { type: 'block-end', ...place, ...withoutUndefined({ proof }) },
    ];
  });
  return [...events, { type: 'finish', choice: 0, ...finish } as ConversationEvent];
}

const own: ReasoningProof = { dialect: 'anthropic-messages', value: 'sig' };
const foreign: ReasoningProof = { dialect: 'gemini', value: 'c2ln', model: 'g' };

/** Both forms of an answer, which must have the same content. */
function contentOf(events: readonly ConversationEvent[], options = shown): readonly unknown[] {
  const whole = encodeWhole(events, options);
  expect(addUpStream(encodeStreamed([events], options))).toEqual(whole);
  return readArray(whole.content);
}

describe('an answer', () => {
  test('with thinking, text and a call', () => {
    const events = eventsOf(
      [
        { kind: 'reasoning', texts: ['h', 'm'], proof: own },
        { kind: 'text', texts: ['Grüß ', 'Gott'] },
        { kind: 'tool-call', texts: ['{"a":', '1}'] },
      ],
      { reason: 'tool-calls', vendorReason: 'tool_calls' },
    );
    expect(encodeWhole(events)).toEqual({
      id: 'msg_abc',
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'text', text: 'Grüß Gott' },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: {
        input_tokens: 20,
        cache_creation_input_tokens: 10,
        cache_read_input_tokens: 20,
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 3 },
      },
    });
  });

  test('has no empty text', () => {
    expect(contentOf(eventsOf([{ kind: 'text' }, { kind: 'tool-call' }]))).toEqual([
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
    ]);
  });

  test('has no thinking if the client did not ask for it', () => {
    const events = eventsOf([
      { kind: 'reasoning', texts: ['hm'], proof: own },
      { kind: 'tool-call', texts: ['{}'], proof: foreign },
      { kind: 'text', texts: ['a'], proof: foreign },
    ]);
    const content = contentOf(events, { thinking: 'hidden', stopSequences: [] });
    expect(content).toMatchObject([{ type: 'tool_use' }, { type: 'text' }]);
  });

  test('has only the proofs if the client wants no thinking text', () => {
    const events = eventsOf([{ kind: 'reasoning', texts: ['hm'], proof: own }]);
    expect(contentOf(events, { thinking: 'omitted', stopSequences: [] })).toEqual([
      { type: 'thinking', thinking: '', signature: 'sig' },
    ]);
  });

  test('signs unsigned thinking, so that clients do not convert it to text', () => {
    const [block] = contentOf(eventsOf([{ kind: 'reasoning', texts: ['hm'] }]));
    expect(decodeProof(String(readRecord(block).signature), 'anthropic-messages').dialect).toBe('none');
  });

  test('contains the proofs of other vendors and their origin', () => {
    const content = contentOf(
      eventsOf([
        { kind: 'reasoning', texts: ['hm'], proof: foreign },
        { kind: 'reasoning', proof: foreign },
        { kind: 'reasoning', proof: { ...own, redacted: true } },
        { kind: 'reasoning', proof: own },
        { kind: 'tool-call', texts: ['{}'], proof: foreign },
        { kind: 'text', texts: ['a'], proof: foreign },
        { kind: 'text', texts: ['b'] },
      ]),
    ).map(readRecord);
    expect(content.map((block) => block.type)).toEqual([
      'thinking',
      'redacted_thinking',
      'redacted_thinking',
      'thinking',
      'redacted_thinking',
      'tool_use',
      'text',
      'redacted_thinking',
      'text',
    ]);
    const proofs = content.flatMap(({ signature, data }) => signature ?? data ?? []);
    expect(proofs.map((proof) => decodeProof(String(proof), 'anthropic-messages'))).toEqual(
      [foreign, foreign, own, own, { ...foreign, of: 'next' }, { ...foreign, of: 'previous' }].map((proof) =>
        proof === own ? { dialect: own.dialect, value: own.value } : proof,
      ),
    );
  });

  test('ends with its last text: the proof of that text does not follow it', () => {
    const content = contentOf(
      eventsOf([
        { kind: 'text', texts: ['a'], proof: foreign },
        { kind: 'text', texts: [], proof: foreign },
      ]),
    );
    expect(content).toEqual([{ type: 'text', text: 'a' }]);
  });

  test.each([
    ['{"path":"a.txt","content":"lo', { malformed_arguments: '{"path":"a.txt","content":"lo' }],
    ['[1]', { malformed_arguments: '[1]' }],
    [' {"a":1} ', { a: 1 }],
  ])('with the arguments %j', (written, input) => {
    const whole = encodeWhole(eventsOf([{ kind: 'tool-call', texts: [written] }], { reason: 'length' }));
    expect(whole).toMatchObject({ content: [{ input }], stop_reason: 'max_tokens' });
  });

  test('streams arguments as they were written', () => {
    const stream = encodeStreamed([eventsOf([{ kind: 'tool-call', texts: ['{"pa', 'th":"a'] }], { reason: 'length' })]);
    const pieces = readAnthropicStream(stream).flatMap((event) => readRecord(event.delta).partial_json ?? []);
    expect(pieces).toEqual(['{"pa', 'th":"a']);
  });

  test('keeps the spelling of numbers', () => {
    const events = eventsOf([{ kind: 'tool-call', texts: ['{"id":1234567890123456789,"r":1.0}'] }]);
    const text = encodeAnswer({ ...collect(events), usage }, context, shown);
    expect(text).toContain('"input":{"id":1234567890123456789,"r":1.0}');
  });

  test('rewrites foreign ids, always in the same way', () => {
    const events = eventsOf([{ kind: 'tool-call', id: 'call:1/é' }]);
    const [block] = contentOf(events);
    expect(readRecord(block).id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(contentOf(events)).toEqual([block]);
  });

  test("with blocks of the vendor's own", () => {
    const use = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const input = { type: 'input_json_delta', partial_json: '{"query":"q"}' };
    const whole = encodeWhole(eventsOf([{ kind: 'vendor', value: use, deltas: [input] }]));
    expect(whole.content).toEqual([{ ...use, input: { query: 'q' } }]);
  });

  test.each([
    [{ reason: 'stop' }, 'end_turn', null],
    [{ reason: 'stop-sequence', stopSequence: 'END' }, 'stop_sequence', 'END'],
    [{ reason: 'stop-sequence' }, 'stop_sequence', 'ONLY'],
    [{ reason: 'length' }, 'max_tokens', null],
    [{ reason: 'context-full' }, 'model_context_window_exceeded', null],
    [{ reason: 'content-filter', vendorReason: 'SAFETY' }, 'refusal', null],
    [{ reason: 'refusal' }, 'refusal', null],
    [{ reason: 'paused' }, 'pause_turn', null],
    [{ reason: 'paused', vendorReason: 'compaction' }, 'compaction', null],
  ])('that ended for %j', (finish, reason, sequence) => {
    const events = eventsOf([{ kind: 'text', texts: ['a'] }], finish);
    const options: MessagesAnswerOptions = { thinking: 'hidden', stopSequences: ['ONLY'] };
    contentOf(events, options);
    expect(encodeWhole(events, options)).toMatchObject({ stop_reason: reason, stop_sequence: sequence });
  });

  test('with a refusal text', () => {
    const events = eventsOf([{ kind: 'refusal', texts: ['No.'] }]);
    expect(contentOf(events)).toEqual([{ type: 'text', text: 'No.' }]);
    expect(encodeWhole(events)).toMatchObject({ stop_reason: 'refusal', stop_details: { type: 'refusal' } });
  });
});

describe('a stream', () => {
  test('begins with the input: reported, or estimated, never 0', () => {
    const inputOf = (start: ConversationEvent) => {
      const [first] = readAnthropicStream(encodeStreamed([[start]]));
      return readRecord(readRecord(first?.message).usage).input_tokens;
    };
    expect(inputOf({ type: 'start', usage })).toBe(20);
    expect(inputOf({ type: 'start' })).toBe(44);
    expect(inputOf({ type: 'start', usage: { ...usage, inputTokens: 0 } })).toBe(44);
  });

  test('may have heartbeats at any point', () => {
    const encoder = createStreamEncoder(context, shown);
    const events = eventsOf([
      { kind: 'text', texts: ['a', 'b'] },
      { kind: 'reasoning', texts: ['c'] },
    ]);
    const pieces = events.flatMap((event) => [encoder.heartbeat(), encoder.encode([event])]);
    const text = fromByteString(asByteString([...pieces, encoder.end(usage)].join('')));
    expect(readAnthropicStream(text).filter((event) => event.type === 'ping')).toHaveLength(events.length);
  });

  test('puts a proof before its call if it is known by then, and after it otherwise', () => {
    const events = eventsOf([{ kind: 'tool-call', texts: ['{}'], proof: foreign }]);
    const typesOf = (text: string) => readArray(addUpStream(text)?.content).map((block) => readRecord(block).type);
    expect(typesOf(encodeStreamed([events]))).toEqual(['redacted_thinking', 'tool_use']);
    expect(typesOf(encodeStreamed(events.map((event) => [event])))).toEqual(['tool_use', 'redacted_thinking']);
  });

  test('ends with an error that has the failure’s message, and nothing follows it', () => {
    const encoder = createStreamEncoder(context, shown);
    const [start] = eventsOf([{ kind: 'text' }]);
    const pieces = [
      encoder.encode(start === undefined ? [] : [start]),
      encoder.fail(new Failure('overloaded', 'The upstream is overloaded.', { fault: 'transient' })),
      encoder.encode(eventsOf([{ kind: 'text', texts: ['a'] }])),
      encoder.end(usage),
    ];
    const last = readAnthropicStream(pieces.join('')).at(-1);
    expect(last).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'The upstream is overloaded.' },
      request_id: 'req_abc',
    });
  });
});

describe('whatever the events', () => {
  const options = fc.record({
    thinking: fc.constantFrom('shown' as const, 'omitted' as const, 'hidden' as const),
    stopSequences: fc.constantFrom([], ['END']),
  });

  test('a complete answer matches its schema, and has the same content as the stream', () => {
    fc.assert(
      fc.property(arbitraryAnswer, options, arbitraryUsage, (events, wanted, used) => {
        const whole = encodeWhole(events, wanted, used);
        const streamed = addUpStream(encodeStreamed([events], wanted, used));
        // Arguments that are not an object become one if the API requires it; a stream has them unchanged.
        const plain = (message: JsonRecord | undefined) => ({
          ...message,
          content: readArray(message?.content).map((block) => ({ ...readRecord(block), input: undefined })),
        });
        expect(plain(streamed)).toEqual(plain(whole));
      }),
      { numRuns: 500 },
    );
  });

  test('a stream keeps its order, for any grouping of events and with some of them missing', () => {
    fc.assert(
      fc.property(arbitraryEvents, options, fc.array(fc.nat(30), { maxLength: 4 }), (events, wanted, places) => {
        const ends = [...places.filter((place) => place < events.length).sort((a, b) => a - b), events.length];
        const groups = ends.map((end, index) => events.slice(ends[index - 1] ?? 0, end));
        expect(addUpStream(encodeStreamed(groups, wanted))).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
