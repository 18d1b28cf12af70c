import { expect, test } from 'vitest';
import { readFailureValue, readUpstreamFailure } from './failure.ts';
import { refusesProof } from './refuses-proof.ts';

function failed(message: string, status = 400) {
  const body = Buffer.from(JSON.stringify({ error: { message, type: 'invalid_request_error' } }));
  return readUpstreamFailure({ status, headers: {}, body, model: 'm', now: 0 });
}

test.each([
  'messages.1.content.0: Invalid `signature` in `thinking` block',
  'messages.1.content.0: Invalid `data` in `redacted_thinking` block',
  'messages.3.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.',
  'messages.1.content.0.thinking: each thinking block must contain thinking',
  "When thinking is disabled, an 'assistant' message in the final position cannot contain 'thinking'. To use thinking blocks, enable 'thinking' in your request.",
  'The model returned the following errors: messages.3.content.0: When providing `thinking` or `redacted_thinking` blocks, all preceding prompt sections (including system, tools, and thinking configuration) must match the parameters during the original request.',
  'Corrupted thought signature.',
  'Thought signature is not valid.',
  'The encrypted content gAAA...abc= could not be verified. Reason: Encrypted content could not be decrypted or parsed.',
  'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, …',
  'Invalid value at \'contents[1].parts[0].thought_signature\' (TYPE_BYTES), Base64 decoding failed for "x"',
  'Function call is missing a thought_signature in functionCall parts.',
  'Unable to submit request because function call `f` in the 2. content block is missing a `thought_signature`.',
  'Duplicate item found with id fc_1. Remove duplicate items from your input and try again.',
  "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
  "Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_1'.",
])('%s', (words) => {
  expect(refusesProof(failed(words))).toBe(true);
  expect(refusesProof(failed(words, 429))).toBe(false);
});

test('in an answer, whose status was 200', () => {
  const message = 'messages.1.content.0: Invalid `signature` in `thinking` block';
  expect(refusesProof(readFailureValue({ error: { type: 'validationException', message } }))).toBe(true);
});

test('reasoning that OpenAI looks for among what it stores', () => {
  expect(refusesProof(failed("Item with id 'rs_1' not found. Items are not persisted.", 404))).toBe(true);
});

test.each(['', 'messages.0: Field required', '`temperature` may only be set to 1 when thinking is enabled.'])(
  'not %j',
  (words) => {
    expect(refusesProof(failed(words))).toBe(false);
  },
);
