import { expect, test } from 'vitest';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import type { AnswerContext } from '../dialect.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';

const context: AnswerContext = { id: 'own', created: 1, model: 'asked', estimateInputTokens: () => 1 };
const usage = { ...noUsage, inputTokens: 7, outputTokens: 3 };
const frame = (data: string): ConversationEvent => ({ type: 'frame', data });

function relay(events: readonly ConversationEvent[], ending: Failure | undefined = undefined): string[] {
  const encoder = createRelayStreamEncoder(context, { includeUsage: false, legacyFunctions: false });
  const last =
    ending === undefined ? encoder.encode(events) + encoder.end(usage) : encoder.encode(events) + encoder.fail(ending);
  return fromByteString(asByteString(last))
    .split('\n\n')
    .slice(0, -1)
    .map((line) => line.replace(/^data: /, ''));
}

test('a chunk is relayed unchanged, including the spelling of numbers, except for the model', () => {
  const data =
    '{"id":"c1","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"a","x":1.0},"finish_reason":"stop"}],"later":1234567890123456789}';
  expect(relay([frame(data)])).toEqual([data.replace('"m"', '"asked"'), '[DONE]']);
});

test('a choice without a finish reason from the upstream gets the decoded one', () => {
  const chunks = relay([
    frame('{"id":"c1","created":5,"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}'),
    frame('{"id":"c1","created":5,"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"length"}]}'),
    { type: 'finish', choice: 0, reason: 'tool-calls' },
    { type: 'finish', choice: 1, reason: 'length' },
  ]);
  expect(chunks).toHaveLength(4);
  expect(JSON.parse(chunks[2] ?? '')).toEqual({
    ...{ id: 'c1', object: 'chat.completion.chunk', created: 5, model: 'asked' },
    choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'tool_calls' }],
  });
});

test('members with values that validating clients reject are replaced or left out', () => {
  const strange = { id: '', object: 'text_completion', created: '1.5', service_tier: 'standard' };
  const valid = { id: 'chatcmpl-own', created: 1, model: 'asked' };
  const choices = [{ index: 0, delta: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }];
  const [chunk = ''] = relay([frame(JSON.stringify({ ...strange, choices }))]);
  expect(JSON.parse(chunk)).toEqual({ ...valid, object: 'chat.completion.chunk', choices });
  const whole = { choices: [{ index: 0, parts: [], finish: { reason: 'stop' as const } }], usage };
  const options = { includeUsage: false, legacyFunctions: false };
  const answer = encodeRelayedAnswer({ ...whole, frame: JSON.stringify(strange) }, context, options);
  expect(JSON.parse(fromByteString(answer))).toMatchObject({ ...valid, object: 'chat.completion' });
  expect(fromByteString(answer)).not.toContain('service_tier');
  const given = { id: 'c1', created: 5, service_tier: 'flex', choices };
  expect(JSON.parse(relay([frame(JSON.stringify(given))])[0] ?? '')).toMatchObject({ ...given, model: 'asked' });
});

test('a failure inside the stream is reported once, with the gateway’s message', () => {
  const failure = new Failure('upstream-unavailable', 'The upstream failed.');
  const told = relay([frame('{"choices":[]}'), frame('{"error":{"message":"boom"}}')], failure);
  expect(told).toHaveLength(2);
  expect(JSON.parse(told[1] ?? '')).toMatchObject({ error: { message: 'The upstream failed.' } });
});

test('members that the upstream omitted are added to a complete answer', () => {
  const answer = (written: string) =>
    JSON.parse(
      fromByteString(
        encodeRelayedAnswer(
          { frame: written, choices: [{ index: 0, parts: [], finish: { reason: 'length' } }], usage },
          context,
          { includeUsage: false, legacyFunctions: false },
        ),
      ),
    );
  const message = { role: 'assistant', content: 'a', refusal: null };
  expect(answer('{"choices":[{"message":{"content":"a","tool_calls":null}}],"later":[1]}')).toEqual({
    ...{ id: 'chatcmpl-own', object: 'chat.completion', created: 1, model: 'asked', later: [1] },
    system_fingerprint: expect.any(String),
    choices: [{ index: 0, logprobs: null, message, finish_reason: 'length' }],
    usage: expect.objectContaining({ prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 }),
  });
  const counts = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const choices = [{ index: 0, logprobs: null, message, finish_reason: 'stop' }];
  const own = { id: 'c1', created: 5, system_fingerprint: 'fp_1', usage: counts, choices };
  expect(answer(JSON.stringify(own))).toEqual({ ...own, object: 'chat.completion', model: 'asked' });
  const wrongChoice = { ...choices[0], index: null, message: { ...message, role: 'model' } };
  expect(answer(JSON.stringify({ ...own, choices: [wrongChoice] })).choices).toEqual(choices);
  for (const wrong of [
    { prompt_tokens: '1' },
    { ...counts, prompt_tokens_details: null },
    { ...counts, prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: null } },
  ]) {
    expect(answer(JSON.stringify({ ...own, usage: wrong })).usage).toMatchObject({ prompt_tokens: 7 });
  }
});
