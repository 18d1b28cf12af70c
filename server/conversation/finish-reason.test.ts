import { expect, test } from 'vitest';
import type { FinishReason } from './events.ts';
import { settleFinishReason } from './finish-reason.ts';

test.each<[FinishReason | undefined, boolean, FinishReason]>([
  ['stop', false, 'stop'],
  ['stop', true, 'tool-calls'],
  // A call truncated by the limit must not be executed.
  ['length', true, 'length'],
  ['context-full', true, 'context-full'],
  ['refusal', true, 'refusal'],
  ['stop-sequence', false, 'stop-sequence'],
  ['stop-sequence', true, 'tool-calls'],
  ['paused', false, 'paused'],
  ['tool-calls', false, 'stop'],
  [undefined, false, 'stop'],
  // A call from a filtered answer must not be executed.
  ['content-filter', true, 'content-filter'],
])('%s, with calls: %s', (reason, hasToolCalls, told) => {
  expect(settleFinishReason(reason, hasToolCalls)).toBe(told);
});
