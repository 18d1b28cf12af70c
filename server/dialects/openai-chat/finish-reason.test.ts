import { expect, test } from 'vitest';
import { endsWithoutAnswer, givenReason, readFinishReason } from './finish-reason.ts';

test.each([
  ['stop', 'stop'],
  ['END_TURN', 'stop'],
  ['content_filter', 'content-filter'],
  ['content_filter: SAFETY', 'content-filter'],
  ['finish: MAX_TOKENS', 'length'],
  ['abort', undefined],
  ['', undefined],
  [null, undefined],
])('the finish reason %j is %s', (written, meaning) => {
  expect(readFinishReason(written)).toBe(meaning);
});

test.each([
  ['stop', 'stop'],
  ['nonexistent', 'nonexistent'],
  ['', undefined],
  ['null', undefined],
  ['None', undefined],
  [undefined, undefined],
])('the reason in a choice with %j is %j', (written, given) => {
  expect(givenReason(written)).toBe(given);
});

test('a filter of calls is no answer', () => {
  expect(endsWithoutAnswer('function_call_filter: MALFORMED_FUNCTION_CALL')).toBe(true);
  expect(endsWithoutAnswer('content_filter: SAFETY')).toBe(false);
});
