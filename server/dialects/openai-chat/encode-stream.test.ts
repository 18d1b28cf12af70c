import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireOpenAiSchema } from '../../../test/schemas/openai.ts';
import { type Choice, readAnswerText } from '../../conversation/answer.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent, JsonLiteral, TextKind } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import {
  arbitraryAnswer,
  arbitraryEvents,
  arbitraryFailureEvent,
  arbitraryUsage,
} from '../../conversation/testing/arbitrary-events.ts';
import { toPlainEvents } from '../../conversation/testing/plain-events.ts';
import { asByteString, fromByteString, toByteString } from '../../lib/byte-string.ts';
import type { AnswerContext } from '../dialect.ts';
import type { ChatAnswerOptions } from './answer-options.ts';
import { createStreamEncoder } from './encode-stream.ts';

const usage = {
  inputTokens: 5,
  outputTokens: 7,
  cacheReadTokens: 2,
  cacheWriteTokens: 1,
  reasoningTokens: 3,
  estimated: false,
};

const context: AnswerContext = {
  id: 'abc',
  created: 1_750_000_000,
  model: 'openai:gpt-4o',
  estimateInputTokens: () => 1,
};

function createEncoder(options: Partial<ChatAnswerOptions> = {}) {
  return createStreamEncoder(context, { includeUsage: false, legacyFunctions: false, ...options });
}

function encode(events: readonly ConversationEvent[], options?: Partial<ChatAnswerOptions>): string {
  const encoder = createEncoder(options);
  return fromByteString(asByteString(encoder.encode(events) + encoder.end(usage)));
}

interface Chunk {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: {
      readonly role?: string;
      readonly content?: string | null;
      readonly refusal?: string | null;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly {
        readonly index: number;
        readonly id?: string;
        readonly type?: string;
        readonly function: { readonly name?: string; readonly arguments: string };
      }[];
      readonly function_call?: { readonly name?: string; readonly arguments: string };
    };
    readonly logprobs: unknown;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
}

/** The chunks of a stream, each validated against the official schema. The frames are checked byte by byte. */
function chunksOf(stream: string): { readonly chunks: readonly Chunk[]; readonly ending: string } {
  const frames = stream.split('\n\n');
  expect(frames.pop()).toBe('');
  const ending = frames.pop() ?? '';
  const chunks = frames.map((frame) => {
    expect(frame.startsWith('data: {')).toBe(true);
    expect(frame).not.toContain('\n');
    const chunk: Chunk = JSON.parse(frame.slice('data: '.length));
    requireOpenAiSchema('CreateChatCompletionStreamResponse', chunk);
    return chunk;
  });
  return { chunks, ending };
}

const call = (block: number, name = 'f'): ConversationEvent[] => [
  { type: 'block-start', choice: 0, block, kind: 'tool-call', id: `call_${block}`, name },
  { type: 'block-delta', choice: 0, block, kind: 'tool-call', text: '{"a":' },
  { type: 'block-delta', choice: 0, block, kind: 'tool-call', text: '1}' },
  { type: 'block-end', choice: 0, block },
];

const said = (kind: Exclude<TextKind, 'tool-call'>, text: string, block = 0, choice = 0): ConversationEvent[] => [
  { type: 'block-start', choice, block, kind },
  { type: 'block-delta', choice, block, kind, text },
  { type: 'block-end', choice, block },
];

describe('the bytes of a stream', () => {
  test('of text', () => {
    const stream = encode([
      { type: 'start', upstreamModel: 'other' },
      ...said('text', 'He said "hé"\n'),
      { type: 'usage', usage },
      { type: 'finish', choice: 0, reason: 'length' },
    ]);
    const head =
      'data: {"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1750000000,"model":"openai:gpt-4o",';
    expect(stream).toBe(
      [
        `${head}"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}`,
        `${head}"choices":[{"index":0,"delta":{"content":"He said \\"hé\\"\\n"},"logprobs":null,"finish_reason":null}]}`,
        `${head}"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]}`,
        'data: [DONE]',
        '',
      ].join('\n\n'),
    );
    chunksOf(stream);
  });

  test('of text as literals, which are copied unchanged', () => {
    const literals = ['say \\"h\\u00e9\\"', '你好', '\\/'].map((text) => toByteString(text) as JsonLiteral);
    const events: ConversationEvent[] = [
      { type: 'block-start', choice: 0, block: 0, kind: 'text' },
      { type: 'block-literals', choice: 0, block: 0, literals },
    ];
    const { chunks } = chunksOf(encode(events));
    const contents = chunks.map((chunk) => chunk.choices[0]?.delta.content);
    expect(contents).toEqual(['', 'say "hé"', '你好', '/', undefined]);
    expect(encode(events)).toContain('"say \\"h\\u00e9\\""');
  });

  test('is bytes, also of names and models beyond ASCII', () => {
    const encoder = createStreamEncoder(
      { ...context, model: 'modèle' },
      { includeUsage: false, legacyFunctions: false },
    );
    const failure = new Failure('internal', 'Défaut');
    const stream = encoder.encode([...call(0, '天气'), ...said('text', '🔐', 1)]) + encoder.fail(failure);
    expect(stream).not.toMatch(/[^\n -\u00ff]/);
    expect(fromByteString(asByteString(stream))).toMatch(/modèle.*"天气".*"🔐".*Défaut/s);
  });

  test('of tool calls', () => {
    const { chunks } = chunksOf(encode([...call(0), ...call(1, 'g'), { type: 'finish', choice: 0, reason: 'stop' }]));
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta);
    expect(deltas[0]).toEqual({ role: 'assistant', content: null, refusal: null });
    expect(deltas.slice(1, -1).flatMap((delta) => delta?.tool_calls)).toEqual([
      { index: 0, id: 'call_0', type: 'function', function: { name: 'f', arguments: '' } },
      { index: 0, function: { arguments: '{"a":' } },
      { index: 0, function: { arguments: '1}' } },
      { index: 1, id: 'call_1', type: 'function', function: { name: 'g', arguments: '' } },
      { index: 1, function: { arguments: '{"a":' } },
      { index: 1, function: { arguments: '1}' } },
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('of a legacy function call, of which there can be only one', () => {
    const events: ConversationEvent[] = [...call(0), ...call(1), { type: 'finish', choice: 0, reason: 'tool-calls' }];
    const { chunks } = chunksOf(encode(events, { legacyFunctions: true }));
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.delta.function_call ?? [])).toEqual([
      { name: 'f', arguments: '' },
      { arguments: '{"a":' },
      { arguments: '1}' },
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('function_call');
    expect(JSON.stringify(chunks)).not.toContain('tool_calls');
  });

  test('of reasoning, a refusal and log probabilities', () => {
    const logprobs = { content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }] };
    const { chunks } = chunksOf(
      encode([
        ...said('reasoning', 'hm'),
        ...said('refusal', 'no', 1),
        { type: 'logprobs-delta', choice: 0, logprobs },
        { type: 'finish', choice: 0, reason: 'stop' },
      ]),
    );
    expect(chunks[1]?.choices[0]?.delta).toMatchObject({ reasoning_content: 'hm' });
    expect(chunks[2]?.choices[0]?.delta).toEqual({ refusal: 'no' });
    expect(chunks[3]?.choices[0]?.logprobs).toEqual({ ...logprobs, refusal: null });
  });

  test('of several choices', () => {
    const { chunks } = chunksOf(
      encode([
        ...said('text', 'b', 0, 1),
        ...said('text', 'a'),
        { type: 'finish', choice: 1, reason: 'stop' },
        { type: 'finish', choice: 0, reason: 'length' },
      ]),
    );
    const told = chunks.map(({ choices: [choice] }) => [choice?.index, choice?.delta.role, choice?.finish_reason]);
    expect(told).toEqual([
      [1, 'assistant', null],
      [1, undefined, null],
      [0, 'assistant', null],
      [0, undefined, null],
      [1, undefined, 'stop'],
      [0, undefined, 'length'],
    ]);
  });
});

describe('usage', () => {
  test('has its own chunk if requested, and is null in all other chunks', () => {
    const { chunks, ending } = chunksOf(encode(said('text', 'a'), { includeUsage: true }));
    expect(chunks.slice(0, -1).map((chunk) => chunk.usage)).toEqual([null, null, null]);
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 5,
        completion_tokens: 7,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    });
    expect(ending).toBe('data: [DONE]');
  });

  test('is absent otherwise', () => {
    expect(encode([{ type: 'usage', usage }])).not.toContain('usage');
  });
});

describe('ends', () => {
  test('an empty answer is still a complete stream', () => {
    const { chunks, ending } = chunksOf(encode([]));
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, 'stop']);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(ending).toBe('data: [DONE]');
  });

  test('a call without arguments gets an empty object', () => {
    const start: ConversationEvent = {
      type: 'block-start',
      choice: 0,
      block: 0,
      kind: 'tool-call',
      id: 'a',
      name: 'f',
    };
    for (const events of [[start], [start, { type: 'block-end', choice: 0, block: 0 } as const]]) {
      const { chunks } = chunksOf(encode(events));
      expect(chunks[2]?.choices[0]?.delta.tool_calls).toEqual([{ index: 0, function: { arguments: '{}' } }]);
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    }
  });

  test('a failure is one error event without [DONE], and nothing follows', () => {
    const encoder = createEncoder();
    encoder.encode(said('text', 'a'));
    const ending = encoder.fail(new Failure('timeout', 'The upstream went silent.'));
    expect(ending).toBe(
      'data: {"error":{"message":"The upstream went silent.","type":"server_error","param":null,"code":"timeout"}}\n\n',
    );
    requireOpenAiSchema('ErrorResponse', JSON.parse(ending.slice('data: '.length)));
    expect(encoder.encode(said('text', 'b'))).toBe('');
    expect(encoder.end(usage)).toBe('');
    expect(encoder.fail(new Failure('internal', 'x'))).toBe('');
  });

  test('a heartbeat is a comment', () => {
    expect(createEncoder().heartbeat()).toMatch(/^:[^\n]*\n\n$/);
  });
});

describe('whatever the events', () => {
  const options = fc.record({ includeUsage: fc.boolean(), legacyFunctions: fc.boolean() });

  test('the stream is well-formed, ends once, and has the content of the events', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryEvents, options, arbitraryUsage, fc.nat(24), (events, chosen, reported, cut) => {
        const encoder = createEncoder(chosen);
        const bytes = encoder.encode(events.slice(0, cut)) + encoder.encode(events.slice(cut)) + encoder.end(reported);
        const { chunks, ending } = chunksOf(fromByteString(asByteString(bytes)));
        expect(ending).toBe('data: [DONE]');
        expect(chunks.filter((chunk) => chunk.choices.length === 0)).toHaveLength(chosen.includeUsage ? 1 : 0);
        const choices = new Set(chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.index)));
        expect(choices.size).toBeGreaterThan(0);
        for (const index of choices) checkChoice(chunks, index, chosen.legacyFunctions);
      }),
      { numRuns: 400 },
    );
  });

  test('literals result in the same text', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryEvents, options, (events, chosen) => {
        const { chunks } = chunksOf(encode(events, chosen));
        expect(chunks).toEqual(chunksOf(encode(toPlainEvents(events), chosen)).chunks);
      }),
      { numRuns: 200 },
    );
  });

  test('a failure among them ends the stream at once', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryEvents, arbitraryFailureEvent, arbitraryEvents, (before, failure, after) => {
        const encoder = createEncoder();
        const opening = createEncoder().encode(before);
        const stream = encoder.encode([...before, failure, ...after]) + encoder.encode(after) + encoder.end(usage);
        expect(stream.startsWith(opening)).toBe(true);
        expect(stream.slice(opening.length)).toMatch(/^data: \{"error":[^\n]*\}\n\n$/);
      }),
      { numRuns: 200 },
    );
  });

  test('a complete stream adds up to the collected answer', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryAnswer, (events) => {
        const { chunks } = chunksOf(encode(events));
        for (const choice of collect(events).choices) {
          const deltas = chunks.flatMap((chunk) => chunk.choices).filter(({ index }) => index === choice.index);
          const joined = (name: 'content' | 'reasoning_content' | 'refusal'): string =>
            deltas.map(({ delta }) => delta[name] ?? '').join('');
          expect(joined('content')).toBe(textOf(choice, 'text'));
          expect(joined('reasoning_content')).toBe(textOf(choice, 'reasoning'));
          expect(joined('refusal')).toBe(textOf(choice, 'refusal'));
          const calls = choice.parts.filter((part) => part.type === 'tool-call');
          expect(deltas.filter(({ delta }) => delta.tool_calls?.[0]?.id)).toHaveLength(calls.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function textOf(choice: Choice, type: 'text' | 'reasoning' | 'refusal'): string {
  return choice.parts.map((part) => (part.type === type ? readAnswerText(part.text) : '')).join('');
}

function checkChoice(chunks: readonly Chunk[], index: number, legacy: boolean): void {
  const own = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.index === index);
  expect(own[0]?.delta.role).toBe('assistant');
  expect(own.filter((choice) => choice.delta.role !== undefined)).toHaveLength(1);
  const finishes = own.map((choice) => choice.finish_reason).filter((reason) => reason !== null);
  expect(finishes).toHaveLength(1);
  expect(own.at(-1)?.finish_reason).toBe(finishes[0]);
  const fragments = own.flatMap((choice) => choice.delta.tool_calls ?? []);
  const legacyFragments = own.flatMap((choice) => choice.delta.function_call ?? []);
  const called = legacy ? 'function_call' : 'tool_calls';
  const hasCalls = fragments.length + legacyFragments.length > 0;
  if (finishes[0] !== 'content_filter' && finishes[0] !== 'length') expect(finishes[0] === called).toBe(hasCalls);
  expect(legacy ? fragments : legacyFragments).toEqual([]);
  for (const call of new Set(fragments.map((fragment) => fragment.index))) {
    const [first, ...others] = fragments.filter((fragment) => fragment.index === call);
    expect(first).toMatchObject({ id: expect.stringMatching(/./), type: 'function', function: { arguments: '' } });
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(other.id ?? other.function.name).toBeUndefined();
  }
}
