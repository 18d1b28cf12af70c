import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect, createCollector } from './collect.ts';
import { Failure } from './failure.ts';
import { arbitraryEvents } from './testing/arbitrary-events.ts';

const usage = {
  inputTokens: 1,
  outputTokens: 2,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

test('events add up to a result', () => {
  const logprobs = { content: [1], refusal: null };
  expect(
    collect([
      { type: 'start', upstreamModel: 'other' },
      { type: 'reasoning-delta', choice: 0, text: 'h' },
      { type: 'reasoning-delta', choice: 0, text: 'm' },
      { type: 'text-delta', choice: 0, text: 'a' },
      { type: 'logprobs-delta', choice: 0, logprobs },
      { type: 'text-delta', choice: 0, text: 'b' },
      { type: 'logprobs-delta', choice: 0, logprobs: { content: [2], refusal: [3] } },
      { type: 'usage', usage: { ...usage, inputTokens: 9 } },
      { type: 'usage', usage },
      { type: 'finish', choice: 0, reason: 'length' },
    ]),
  ).toEqual({
    upstreamModel: 'other',
    choices: [
      {
        index: 0,
        text: 'ab',
        reasoning: 'hm',
        refusal: '',
        toolCalls: [],
        finishReason: 'length',
        logprobs: { content: [1, 2], refusal: [3] },
      },
    ],
    usage,
  });
});

test('text that came as literals only is kept so as well', () => {
  const literals = (...pieces: string[]) => ({ type: 'text-literals', choice: 0, literals: pieces }) as const;
  const [choice] = collect([literals('a\\n', 'b'), literals('\\u00e9')]).choices;
  expect(choice?.text).toEqual({ literal: 'a\\nb\\u00e9' });
  const collector = createCollector();
  collector.push([literals('a'), { type: 'text-delta', choice: 0, text: 'b' }, literals('c')]);
  expect(collector.result().choices[0]).toMatchObject({ text: 'abc' });
});

test('choices and calls come in the order of their indices', () => {
  const { choices } = collect([
    { type: 'text-delta', choice: 1, text: 'b' },
    { type: 'tool-call-start', choice: 0, index: 1, id: 'y', name: 'g' },
    { type: 'tool-call-start', choice: 0, index: 0, id: 'x', name: 'f' },
    { type: 'tool-call-delta', choice: 0, index: 1, arguments: '{"a":' },
    { type: 'tool-call-delta', choice: 0, index: 1, arguments: '1}' },
    { type: 'tool-call-end', choice: 0, index: 1 },
    { type: 'finish', choice: 0, reason: 'stop' },
    { type: 'finish', choice: 1, reason: 'stop' },
  ]);
  expect(choices.map(({ index, finishReason }) => [index, finishReason])).toEqual([
    [0, 'tool-calls'],
    [1, 'stop'],
  ]);
  expect(choices[0]?.toolCalls).toEqual([
    { id: 'x', name: 'f', arguments: '{}' },
    { id: 'y', name: 'g', arguments: '{"a":1}' },
  ]);
});

describe('what is missing', () => {
  test('everything: one empty choice that stopped', () => {
    expect(collect([])).toEqual({
      choices: [{ index: 0, text: '', reasoning: '', refusal: '', toolCalls: [], finishReason: 'stop' }],
    });
  });

  test('the finish', () => {
    expect(collect([{ type: 'text-delta', choice: 0, text: 'a' }]).choices[0]?.finishReason).toBe('stop');
  });

  test('calls, though the upstream says so', () => {
    expect(collect([{ type: 'finish', choice: 0, reason: 'tool-calls' }]).choices[0]?.finishReason).toBe('stop');
  });
});

test('a failure is kept beside what came before it', () => {
  const collector = createCollector();
  const failure = new Failure('timeout', 'Too late.');
  expect(collector.failure).toBeUndefined();
  collector.push([{ type: 'text-delta', choice: 0, text: 'a' }]);
  collector.push([{ type: 'failure', failure }]);
  expect(collector.failure).toBe(failure);
  expect(collector.result().choices[0]?.text).toBe('a');
});

test('it does not matter in which portions events come', () => {
  fc.assert(
    fc.property(arbitraryEvents, fc.nat(24), (events, cut) => {
      const collector = createCollector();
      collector.push(events.slice(0, cut));
      collector.result();
      collector.push(events.slice(cut));
      expect(collector.result()).toEqual(collect(events));
    }),
    { numRuns: 200 },
  );
});
