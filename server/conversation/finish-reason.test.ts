import { expect, test } from 'vitest';
import type { FinishReason } from './events.ts';
import { settleFinishReason } from './finish-reason.ts';

test.each<[FinishReason | undefined, boolean, FinishReason]>([
  ['stop', false, 'stop'],
  ['stop', true, 'tool-calls'],
  ['length', true, 'tool-calls'],
  ['tool-calls', false, 'stop'],
  [undefined, false, 'stop'],
  // A call out of a filtered answer is not to be made.
  ['content-filter', true, 'content-filter'],
])('%s, with calls: %s', (reason, hasToolCalls, told) => {
  expect(settleFinishReason(reason, hasToolCalls)).toBe(told);
});
