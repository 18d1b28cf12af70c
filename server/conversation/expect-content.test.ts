import { expect, test } from 'vitest';
import type { ConversationEvent } from './events.ts';
import { createContentExpecter } from './expect-content.ts';

const start: ConversationEvent = { type: 'start' };
const block = { choice: 0, block: 0 };
const thought: ConversationEvent = { ...block, type: 'block-start', kind: 'reasoning' };
const proven: ConversationEvent = { ...block, type: 'block-end', proof: { dialect: 'gemini', value: 'c2ln' } };
const text: ConversationEvent = { ...block, type: 'block-start', kind: 'text' };
const word: ConversationEvent = { ...block, type: 'block-delta', kind: 'text', text: 'Hi' };
const call: ConversationEvent = { ...block, type: 'block-start', kind: 'tool-call', id: 'c', name: 'f' };
const stop: ConversationEvent = { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'STOP' };
const limit: ConversationEvent = { type: 'finish', choice: 0, reason: 'length' };

test.each<[string, readonly ConversationEvent[]]>([
  ['a text', [start, text, word, stop]],
  ['a text behind a proof', [start, thought, proven, text, word, stop]],
  ['a call', [start, call, stop]],
  ['the limit', [start, limit]],
])('%s passes, in order', (_what, events) => {
  const transform = createContentExpecter(true);
  expect(events.flatMap((event) => transform([event]))).toEqual(events);
  expect(createContentExpecter(true)(events)).toEqual(events);
});

test.each<[string, readonly ConversationEvent[]]>([
  ['nothing', [start, stop]],
  ['a proof alone', [start, thought, proven, stop]],
])('%s is a failure of the model', (_what, events) => {
  const transform = createContentExpecter(true);
  const [first, failed] = events.flatMap((event) => transform([event]));
  expect(first).toEqual(start);
  expect(failed).toMatchObject({
    type: 'failure',
    failure: { fault: 'model', message: expect.stringContaining('STOP') },
  });
});

test('a long thought is held in linear time', () => {
  const hmm: ConversationEvent = { ...block, type: 'block-delta', kind: 'reasoning', text: 'Hmm' };
  const transform = createContentExpecter(false);
  const thoughts = Array.from({ length: 100_000 }, () => hmm);
  // Quadratic time would be minutes.
  expect(thoughts.flatMap((event) => transform([event]))).toEqual([]);
  expect(transform([text, word])).toHaveLength(thoughts.length + 2);
});

test('a thought alone is an answer only if it is shown at once', () => {
  const hmm: ConversationEvent = { ...block, type: 'block-delta', kind: 'reasoning', text: 'Hmm' };
  const events = [start, thought, hmm, proven, stop];
  expect(createContentExpecter(true)(events)).toEqual(events);
  expect(createContentExpecter(false)(events)).toMatchObject([start, { type: 'failure' }]);
  const answer = [start, thought, hmm, proven, { ...text, block: 1 }, { ...word, block: 1 }, stop];
  expect(createContentExpecter(false)(answer)).toEqual(answer);
});
