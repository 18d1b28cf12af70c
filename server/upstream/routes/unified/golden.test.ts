import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationEvent } from '../../../conversation/events.ts';
import { createUnifiedRoute } from './index.ts';
import { decoderOptions, describeEvents, fixtureNames, readFixture } from './testing/describe-events.ts';

const claude = 'start claude-sonnet-4@20250514';

/** Each recorded answer and its events. */
const golden: Readonly<Record<string, readonly string[]>> = {
  'plain.json': [claude, 'text 0 Hello, 世界!', 'usage 10/5', 'finish 0 stop'],
  'plain-pretty.json': [claude, 'text 0 Hello', 'usage 10/5', 'finish 0 stop'],
  'plain-parts.json': [
    claude,
    'reasoning 0 Let me think.',
    'text 0 One, two, three.',
    'usage 100/20 read 80 write 0 reasoning 7',
    'finish 0 stop',
  ],
  'plain-string.json': [claude, 'text 0 Hi', 'usage 100/1 read 90 write 6 reasoning 0', 'finish 0 stop'],
  'plain-tool-calls.json': [
    claude,
    'call 0.0 toolu_1 get_weather',
    'args 0.0 {"city":"Zürich"}',
    'call-end 0.0',
    'call 0.1 made-1 get_time',
    'usage 10/5',
    'args 0.1 {}',
    'call-end 0.1',
    'call 0.2 made-2 get_date',
    'args 0.2 {"zone": "UTC"}',
    'call-end 0.2',
    'finish 0 tool-calls',
  ],
  'plain-anthropic-parts.json': [
    claude,
    'text 0 I look.',
    'call 0.0 toolu_9 look',
    'args 0.0 {"at":"it"}',
    'call-end 0.0',
    'finish 0 tool-calls',
  ],
  'plain-function-call.json': [claude, 'call 0.0 made-1 f', 'args 0.0 {"a":1}', 'call-end 0.0', 'finish 0 tool-calls'],
  'plain-bare-openai.json': [
    'start gpt-5',
    'text 0 Hi',
    'logprobs 0 {"content":[{"token":"Hi","logprob":-0.1}],"refusal":null}',
    'usage 3/1',
    'finish 0 stop',
  ],
  'plain-several-choices.json': [claude, 'text 0 first', 'text 1 second', 'finish 0 stop', 'finish 1 length'],
  'plain-refusal.json': [claude, 'refusal 0 I cannot help with that.', 'finish 0 refusal'],
  'plain-empty-stop.json': [claude, 'usage 10/5', 'finish 0 stop'],
  'plain-empty.json': ['failure upstream-unavailable transient'],
  'plain-no-choices.json': [claude, 'usage 10/5', 'failure upstream-unavailable transient'],
  'plain-error-openai.json': ['failure overloaded transient'],
  'plain-error-upstream.json': ['failure overloaded transient'],
  'plain-error-message.json': ['failure not-found route model-not-found'],
  'plain-error-blocked.json': ['failure permission entitlement'],
  'plain-error-page.html': ['failure upstream-unavailable transient'],
  'plain-error-text.txt': ['failure upstream-unavailable transient'],
  'plain-broken.json': ['failure upstream-unavailable transient'],
  'plain-blank.txt': ['failure upstream-unavailable transient'],
  'plain-tool-calls-cut.json': [
    claude,
    'call 0.0 c1 write',
    'args 0.0 {"text":"Once upo',
    'call-end 0.0',
    'finish 0 length',
  ],
  'stream.sse': [claude, 'text 0 Hel', 'text 0 lo, ', 'text 0 世界!', 'usage 10/5', 'finish 0 stop'],
  'stream-no-done.sse': [claude, 'text 0 Hel', 'text 0 lo', 'usage 10/5', 'finish 0 stop'],
  'stream-delta.sse': [claude, 'text 0 Hel', 'text 0 lo', 'usage 10/5', 'finish 0 stop'],
  'stream-crlf-comments.sse': [claude, 'text 0 Hel', 'text 0 lo', 'finish 0 stop'],
  'stream-single-lf.sse': [claude, 'text 0 Hel', 'text 0 lo', 'usage 10/5', 'finish 0 stop'],
  'stream-unended.sse': [claude, 'text 0 Hel', 'text 0 lo', 'finish 0 stop'],
  'stream-several-data-lines.sse': [claude, 'text 0 Hello', 'usage 10/5', 'finish 0 stop'],
  'stream-usage-every-chunk.sse': [
    claude,
    'text 0 Hel',
    'usage 10/1',
    'text 0 lo',
    'usage 10/2',
    'text 0 !',
    'usage 10/3',
    'finish 0 stop',
  ],
  'stream-null-finish.sse': [claude, 'text 0 Hello', 'finish 0 stop'],
  'stream-last-chunk-text.sse': [claude, 'text 0 Hel', 'text 0 lo', 'finish 0 length'],
  'stream-reasoning.sse': [
    claude,
    'reasoning 0 Let me ',
    'reasoning 0 think.',
    'reasoning 0  Done.',
    'text 0 Yes.',
    'finish 0 stop',
  ],
  'stream-tool-fragments.sse': [
    claude,
    'text 0 I look it up.',
    'call 0.0 c_a get_weather',
    'args 0.0 {"ci',
    'args 0.0 ty":"Z',
    'args 0.0 ürich"}',
    'call-end 0.0',
    'call 0.1 c_b get_time',
    'usage 10/5',
    'args 0.1 {}',
    'call-end 0.1',
    'finish 0 tool-calls',
  ],
  'stream-tool-whole.sse': [
    claude,
    'call 0.0 c_a f',
    'args 0.0 {"a":1}',
    'call-end 0.0',
    'call 0.1 c_b g',
    'args 0.1 {}',
    'call-end 0.1',
    'finish 0 tool-calls',
  ],
  'stream-tool-ids-only.sse': [
    claude,
    'call 0.0 c_a f',
    'args 0.0 {"a"',
    'args 0.0 :1}',
    'call-end 0.0',
    'call 0.1 c_b g',
    'args 0.1 {"b"',
    'args 0.1 :2}',
    'call-end 0.1',
    'finish 0 tool-calls',
  ],
  'stream-tool-no-ids.sse': [
    claude,
    'call 0.0 made-1 f',
    'args 0.0 {"a":',
    'args 0.0 1}',
    'call-end 0.0',
    'call 0.1 made-2 f',
    'args 0.1 {"a":2}',
    'call-end 0.1',
    'finish 0 tool-calls',
  ],
  'stream-tool-all-index-0.sse': [
    claude,
    'call 0.0 c_a f',
    'args 0.0 {"a":1}',
    'call-end 0.0',
    'call 0.1 c_b f',
    'args 0.1 {"a":2}',
    'call-end 0.1',
    'finish 0 tool-calls',
  ],
  'stream-tool-repeated.sse': [claude, 'call 0.0 c_a f', 'args 0.0 {"a":1}', 'call-end 0.0', 'finish 0 tool-calls'],
  'stream-tool-id-on-every-fragment.sse': [
    claude,
    'call 0.0 c_a f',
    'args 0.0 {"a"',
    'args 0.0 :1',
    'args 0.0 }',
    'call-end 0.0',
    'finish 0 tool-calls',
  ],
  'stream-tool-broken.sse': [claude, 'call 0.0 c_a f', 'args 0.0 {"a":', 'call-end 0.0', 'finish 0 tool-calls'],
  'stream-tool-claimed.sse': [claude, 'text 0 Hi', 'finish 0 stop'],
  'stream-error-openai.sse': [claude, 'text 0 Hel', 'failure rate-limited rate'],
  'stream-error-anthropic.sse': [claude, 'text 0 Hel', 'failure overloaded transient'],
  'stream-error-google.sse': [claude, 'text 0 Hel', 'failure invalid-request request'],
  'stream-error-upstream.sse': [claude, 'text 0 Hel', 'failure invalid-request request context-length-exceeded'],
  'stream-error-message.sse': [claude, 'text 0 Hel', 'failure upstream-unavailable transient'],
  'stream-error-error-message.sse': [claude, 'text 0 Hel', 'failure upstream-unavailable transient'],
  'stream-error-quota.sse': [claude, 'text 0 Hel', 'failure quota-exhausted quota'],
  'stream-error-in-payload.sse': [claude, 'text 0 Hel', 'failure upstream-unavailable transient'],
  'stream-error-text.sse': [claude, 'text 0 Hel', 'failure quota-exhausted quota'],
  'stream-error-first.sse': ['failure overloaded transient'],
  'stream-malformed.sse': [claude, 'text 0 Hel', 'failure upstream-unavailable transient'],
  'stream-only-done.sse': ['failure upstream-unavailable transient'],
  'stream-only-role.sse': ['failure upstream-unavailable transient'],
  'stream-after-done.sse': [claude, 'text 0 Hi', 'finish 0 stop'],
  'stream-content-filter.sse': [claude, 'text 0 Hel', 'finish 0 content-filter'],
};

/** Decodes the pieces of one answer, with sequential ids. */
function decode(...pieces: readonly Uint8Array[]): ConversationEvent[] {
  let made = 0;
  const decoder = createUnifiedRoute(() => `made-${++made}`).createDecoder(decoderOptions);
  return [
    ...pieces.flatMap((piece) => decoder.decode(piece)),
    ...decoder.end(),
    ...decoder.end(),
    ...decoder.decode(piece0),
  ];
}
const piece0 = Uint8Array.of(0x7b);

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test('every recorded answer has its events here', () => {
  expect(Object.keys(golden).sort()).toEqual(fixtureNames);
});

test.each(Object.entries(golden))('%s', (name, events) => {
  expect(describeEvents(decode(readFixture(name)))).toEqual(events);
});

test.each(fixtureNames)('%s, split anywhere', (name) => {
  const bytes = readFixture(name);
  const whole = describeEvents(decode(bytes));
  expect(describeEvents(decode(...Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual(whole);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 10 }), (places) => {
      expect(describeEvents(decode(...cut(bytes, places)))).toEqual(whole);
    }),
    { numRuns: 30 },
  );
});
