import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asByteString } from '../lib/byte-string.ts';
import { collect, createCollector } from './collect.ts';
import type { ConversationEvent, JsonLiteral, TextKind } from './events.ts';
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

const start = (kind: 'text' | 'reasoning' | 'refusal', block = 0, choice = 0): ConversationEvent => ({
  type: 'block-start',
  choice,
  block,
  kind,
});
const call = (id: string, name: string, block = 0, choice = 0): ConversationEvent => ({
  type: 'block-start',
  choice,
  block,
  kind: 'tool-call',
  id,
  name,
});
const delta = (kind: TextKind, text: string, block = 0, choice = 0): ConversationEvent => ({
  type: 'block-delta',
  choice,
  block,
  kind,
  text,
});
const end = (block = 0, choice = 0): ConversationEvent => ({ type: 'block-end', choice, block });
const literals = (...pieces: string[]): ConversationEvent => ({
  type: 'block-literals',
  choice: 0,
  block: 0,
  literals: pieces.map((piece) => asByteString(piece) as JsonLiteral),
});

test('events add up to an answer, its parts in their order', () => {
  const logprobs = { content: [1], refusal: null };
  const proof = { dialect: 'd', value: 'v' };
  expect(
    collect([
      { type: 'start', upstreamModel: 'other', usage: { ...usage, outputTokens: 0 } },
      start('reasoning'),
      delta('reasoning', 'h'),
      delta('reasoning', 'm'),
      { type: 'block-end', choice: 0, block: 0, proof },
      start('text', 1),
      delta('text', 'a', 1),
      { type: 'logprobs-delta', choice: 0, logprobs },
      delta('text', 'b', 1),
      { type: 'logprobs-delta', choice: 0, logprobs: { content: [2], refusal: [3] } },
      end(1),
      { type: 'usage', usage: { ...usage, inputTokens: 9 } },
      { type: 'usage', usage },
      { type: 'finish', choice: 0, reason: 'length', vendorReason: 'max_tokens' },
    ]),
  ).toEqual({
    upstreamModel: 'other',
    choices: [
      {
        index: 0,
        parts: [
          { type: 'reasoning', text: 'hm', proof },
          { type: 'text', text: 'ab' },
        ],
        finish: { reason: 'length', vendorReason: 'max_tokens' },
        logprobs: { content: [1, 2], refusal: [3] },
      },
    ],
    usage,
  });
});

test('text that came as literals only is kept so as well', () => {
  const [choice] = collect([start('text'), literals('a\\n', 'b'), literals('\\u00e9')]).choices;
  expect(choice?.parts).toEqual([{ type: 'text', text: { literal: 'a\\nb\\u00e9' } }]);
  const collector = createCollector();
  collector.collect([start('text'), literals('a'), delta('text', 'b'), literals('c')]);
  expect(collector.answer().choices[0]?.parts).toMatchObject([{ text: 'abc' }]);
});

test('choices and calls come in their order', () => {
  const { choices } = collect([
    start('text', 0, 1),
    delta('text', 'b', 0, 1),
    call('x', 'f', 0),
    end(0),
    call('y', 'g', 1),
    delta('tool-call', '{"a":', 1),
    delta('tool-call', '1', 1),
    end(1),
    { type: 'finish', choice: 0, reason: 'stop' },
    { type: 'finish', choice: 1, reason: 'stop' },
  ]);
  expect(choices.map(({ index, finish }) => [index, finish.reason])).toEqual([
    [0, 'tool-calls'],
    [1, 'stop'],
  ]);
  // Arguments stay as the model wrote them, even if they are truncated.
  expect(choices[0]?.parts).toEqual([
    { type: 'tool-call', id: 'x', name: 'f', arguments: '' },
    { type: 'tool-call', id: 'y', name: 'g', arguments: '{"a":1' },
  ]);
});

test('a vendor block is kept with its deltas', () => {
  const [choice] = collect([
    { type: 'block-start', choice: 0, block: 0, kind: 'vendor', dialect: 'd', value: { type: 'odd' } },
    { type: 'vendor-delta', choice: 0, block: 0, dialect: 'd', value: { type: 'odd_delta' } },
    end(),
  ]).choices;
  expect(choice?.parts).toEqual([
    { type: 'vendor', dialect: 'd', value: { type: 'odd' }, deltas: [{ type: 'odd_delta' }] },
  ]);
});

describe('missing events', () => {
  test('everything: one empty choice that stopped', () => {
    expect(collect([])).toEqual({ choices: [{ index: 0, parts: [], finish: { reason: 'stop' } }] });
  });

  test('the finish', () => {
    expect(collect([start('text'), delta('text', 'a')]).choices[0]?.finish.reason).toBe('stop');
  });

  test('calls, although the upstream finished with them', () => {
    expect(collect([{ type: 'finish', choice: 0, reason: 'tool-calls' }]).choices[0]?.finish.reason).toBe('stop');
  });
});

test('a failure is kept along with the content before it', () => {
  const collector = createCollector();
  const failure = new Failure('timeout', 'Too late.');
  expect(collector.failure).toBeUndefined();
  collector.collect([start('text'), delta('text', 'a')]);
  collector.collect([{ type: 'failure', failure }]);
  expect(collector.failure).toBe(failure);
  expect(collector.answer().choices[0]?.parts).toMatchObject([{ text: 'a' }]);
});

test('it does not matter in which portions events come', () => {
  fc.assert(
    fc.property(arbitraryEvents, fc.nat(24), (events, cut) => {
      const collector = createCollector();
      collector.collect(events.slice(0, cut));
      collector.answer();
      collector.collect(events.slice(cut));
      expect(collector.answer()).toEqual(collect(events));
    }),
    { numRuns: 200 },
  );
});
