import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireOpenAiSchema } from '../../../test/schemas/openai.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { readAnswerText } from '../../conversation/result.ts';
import { arbitraryEvents, arbitraryFailureEvent, arbitraryUsage } from '../../conversation/testing/arbitrary-events.ts';
import { toPlainEvents } from '../../conversation/testing/plain-events.ts';
import { fromByteString, toByteString } from '../../lib/byte-string.ts';
import type { AnswerContext, AnswerOptions } from '../dialect.ts';
import { createStreamEncoder } from './encode-stream.ts';

const usage = {
  inputTokens: 5,
  outputTokens: 7,
  cacheReadTokens: 2,
  cacheWriteTokens: 1,
  reasoningTokens: 3,
  estimated: false,
};

function contextOf(options: Partial<AnswerOptions> = {}): AnswerContext {
  const all = { includeUsage: false, legacyFunctions: false, ...options };
  return { id: 'abc', created: 1_750_000_000, model: 'openai:gpt-4o', options: all };
}

function encode(events: readonly ConversationEvent[], options?: Partial<AnswerOptions>): string {
  const encoder = createStreamEncoder(contextOf(options));
  return fromByteString(encoder.push(events) + encoder.end(usage));
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

/** The chunks of a stream, each held against the official schema; the frame is checked byte by byte. */
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

const call = (index: number, name = 'f'): ConversationEvent[] => [
  { type: 'tool-call-start', choice: 0, index, id: `call_${index}`, name },
  { type: 'tool-call-delta', choice: 0, index, arguments: '{"a":' },
  { type: 'tool-call-delta', choice: 0, index, arguments: '1}' },
  { type: 'tool-call-end', choice: 0, index },
];

describe('a stream as it is written', () => {
  test('of text', () => {
    const stream = encode([
      { type: 'start', upstreamModel: 'other' },
      { type: 'text-delta', choice: 0, text: 'He said "hé"\n' },
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

  test('of text that comes as literals, which are copied as they stand', () => {
    const literals = ['say \\"h\\u00e9\\"', toByteString('你好'), '\\/'];
    const { chunks } = chunksOf(encode([{ type: 'text-literals', choice: 0, literals }]));
    const contents = chunks.map((chunk) => chunk.choices[0]?.delta.content);
    expect(contents).toEqual(['', 'say "hé"', '你好', '/', undefined]);
    expect(encode([{ type: 'text-literals', choice: 0, literals }])).toContain('"say \\"h\\u00e9\\""');
  });

  test('is bytes, also of names and models beyond ASCII', () => {
    const encoder = createStreamEncoder({ ...contextOf(), model: 'modèle' });
    const failure = new Failure('internal', 'Défaut');
    const stream =
      encoder.push([...call(0, '天气'), { type: 'text-delta', choice: 0, text: '🔐' }]) + encoder.fail(failure);
    expect(stream).not.toMatch(/[^\n -\u00ff]/);
    expect(fromByteString(stream)).toMatch(/modèle.*"天气".*"🔐".*Défaut/s);
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

  test('of a legacy function call, which there is room for one of', () => {
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
        { type: 'reasoning-delta', choice: 0, text: 'hm' },
        { type: 'refusal-delta', choice: 0, text: 'no' },
        { type: 'logprobs-delta', choice: 0, logprobs },
        { type: 'finish', choice: 0, reason: 'stop' },
      ]),
    );
    expect(chunks[1]?.choices[0]?.delta).toEqual({ reasoning_content: 'hm' });
    expect(chunks[2]?.choices[0]?.delta).toEqual({ refusal: 'no' });
    expect(chunks[3]?.choices[0]?.logprobs).toEqual({ ...logprobs, refusal: null });
  });

  test('of several choices', () => {
    const { chunks } = chunksOf(
      encode([
        { type: 'text-delta', choice: 1, text: 'b' },
        { type: 'text-delta', choice: 0, text: 'a' },
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
  test('comes in a chunk of its own when asked for, and is null in all others', () => {
    const { chunks, ending } = chunksOf(encode([{ type: 'text-delta', choice: 0, text: 'a' }], { includeUsage: true }));
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

  test('is not mentioned otherwise', () => {
    expect(encode([{ type: 'usage', usage }])).not.toContain('usage');
  });
});

describe('ends', () => {
  test('an answer of nothing is still a whole stream', () => {
    const { chunks, ending } = chunksOf(encode([]));
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, 'stop']);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(ending).toBe('data: [DONE]');
  });

  test('a call without arguments gets an empty object', () => {
    const start: ConversationEvent = { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'f' };
    for (const events of [[start], [start, { type: 'tool-call-end', choice: 0, index: 0 } as const]]) {
      const { chunks } = chunksOf(encode(events));
      expect(chunks[2]?.choices[0]?.delta.tool_calls).toEqual([{ index: 0, function: { arguments: '{}' } }]);
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    }
  });

  test('a failure is one error event without [DONE], and nothing follows', () => {
    const encoder = createStreamEncoder(contextOf());
    encoder.push([{ type: 'text-delta', choice: 0, text: 'a' }]);
    const ending = encoder.fail(new Failure('timeout', 'The upstream went silent.'));
    expect(ending).toBe(
      'data: {"error":{"message":"The upstream went silent.","type":"server_error","param":null,"code":"timeout"}}\n\n',
    );
    requireOpenAiSchema('ErrorResponse', JSON.parse(ending.slice('data: '.length)));
    expect(encoder.push([{ type: 'text-delta', choice: 0, text: 'b' }])).toBe('');
    expect(encoder.end(usage)).toBe('');
    expect(encoder.fail(new Failure('internal', 'x'))).toBe('');
  });

  test('a heartbeat is a comment', () => {
    expect(createStreamEncoder(contextOf()).heartbeat).toMatch(/^:[^\n]*\n\n$/);
  });
});

describe('whatever the events', () => {
  const options = fc.record({ includeUsage: fc.boolean(), legacyFunctions: fc.boolean() });

  test('the stream is well-formed, ends once, and says what the events say', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryEvents, options, arbitraryUsage, fc.nat(24), (events, chosen, reported, cut) => {
        const encoder = createStreamEncoder(contextOf(chosen));
        const bytes = encoder.push(events.slice(0, cut)) + encoder.push(events.slice(cut)) + encoder.end(reported);
        const { chunks, ending } = chunksOf(fromByteString(bytes));
        expect(ending).toBe('data: [DONE]');
        expect(chunks.filter((chunk) => chunk.choices.length === 0)).toHaveLength(chosen.includeUsage ? 1 : 0);
        const choices = new Set(chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.index)));
        expect(choices.size).toBeGreaterThan(0);
        for (const index of choices) checkChoice(chunks, index, chosen.legacyFunctions);
      }),
      { numRuns: 400 },
    );
  });

  test('literals say what their texts would', { timeout: 20_000 }, () => {
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
        const encoder = createStreamEncoder(contextOf());
        const opening = createStreamEncoder(contextOf()).push(before);
        const stream = encoder.push([...before, failure, ...after]) + encoder.push(after) + encoder.end(usage);
        expect(stream.startsWith(opening)).toBe(true);
        expect(stream.slice(opening.length)).toMatch(/^data: \{"error":[^\n]*\}\n\n$/);
      }),
      { numRuns: 200 },
    );
  });

  test('a stream of finished choices adds up to the collected result', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        // What comes behind a choice's finish is dropped in streams.
        const finished = new Set<number>();
        const sound = events.filter((event) => {
          if (!('choice' in event) || event.type === 'tool-call-delta') return event.type === 'usage';
          const kept = !finished.has(event.choice);
          if (event.type === 'finish') finished.add(event.choice);
          return kept;
        });
        const { chunks } = chunksOf(encode(sound));
        for (const choice of collect(sound).choices) {
          const deltas = chunks.flatMap((chunk) => chunk.choices).filter(({ index }) => index === choice.index);
          const joined = (name: 'content' | 'reasoning_content' | 'refusal'): string =>
            deltas.map(({ delta }) => delta[name] ?? '').join('');
          expect(joined('content')).toBe(readAnswerText(choice.text));
          expect(joined('reasoning_content')).toBe(choice.reasoning);
          expect(joined('refusal')).toBe(choice.refusal);
          expect(deltas.filter(({ delta }) => delta.tool_calls?.[0]?.id)).toHaveLength(choice.toolCalls.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

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
  if (finishes[0] !== 'content_filter') expect(finishes[0] === called).toBe(hasCalls);
  expect(legacy ? fragments : legacyFragments).toEqual([]);
  for (const call of new Set(fragments.map((fragment) => fragment.index))) {
    const [first, ...others] = fragments.filter((fragment) => fragment.index === call);
    expect(first).toMatchObject({ id: expect.stringMatching(/./), type: 'function', function: { arguments: '' } });
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(other.id ?? other.function.name).toBeUndefined();
  }
}
