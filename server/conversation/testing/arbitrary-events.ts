import fc from 'fast-check';
import { encodeJson } from '../../lib/byte-string.ts';
import type { ConversationEvent } from '../events.ts';
import { Failure } from '../failure.ts';
import type { Usage } from '../usage.ts';

/** Texts with all that is awkward in JSON and in event streams: quotes, line ends, astral and lone surrogates. */
const arbitraryText: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 12 });

/** Texts as they stand in JSON strings, with the escapes that JSON needs or, of some, with as many as can be. */
const arbitraryLiteral = fc
  .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([text, escaped]) => (escaped ? escapeAll(text) : encodeJson(text).slice(1, -1)));

function escapeAll(text: string): string {
  return Array.from({ length: text.length }, (_, place) => {
    return `\\u${text.charCodeAt(place).toString(16).padStart(4, '0')}`;
  }).join('');
}

const choice = fc.nat({ max: 2 });
const index = fc.nat({ max: 2 });

export const arbitraryUsage: fc.Arbitrary<Usage> = fc.record({
  inputTokens: fc.nat(),
  outputTokens: fc.nat(),
  cacheReadTokens: fc.nat(),
  cacheWriteTokens: fc.nat(),
  reasoningTokens: fc.nat(),
  estimated: fc.boolean(),
});

const content: fc.Arbitrary<ConversationEvent> = fc.oneof(
  fc.record({ type: fc.constant('text-delta'), choice, text: arbitraryText }),
  fc.record({
    type: fc.constant('text-literals'),
    choice,
    literals: fc.array(arbitraryLiteral, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('reasoning-delta'), choice, text: arbitraryText }),
  fc.record({ type: fc.constant('refusal-delta'), choice, text: arbitraryText }),
  fc.record({
    type: fc.constant('tool-call-start'),
    choice,
    index,
    id: fc.uuid(),
    name: fc.string({ minLength: 1, maxLength: 8 }),
  }),
  fc.record({ type: fc.constant('tool-call-delta'), choice, index, arguments: arbitraryText }),
  fc.record({ type: fc.constant('tool-call-end'), choice, index }),
  fc.record({
    type: fc.constant('logprobs-delta'),
    choice,
    logprobs: fc.oneof(
      fc.constant(null),
      fc.constant({ content: null }),
      fc.constant({ content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null }),
    ),
  }),
  fc.record({
    type: fc.constant('finish'),
    choice,
    reason: fc.constantFrom('stop', 'length', 'tool-calls', 'content-filter'),
  }),
  fc.record({ type: fc.constant('usage'), usage: arbitraryUsage }),
  fc.constant({ type: 'start', upstreamModel: 'm' } as const),
);

/** Any events in any order, sensible or not, none of them a failure. */
export const arbitraryEvents: fc.Arbitrary<ConversationEvent[]> = fc.array(content, { maxLength: 24 });

export const arbitraryFailureEvent: fc.Arbitrary<ConversationEvent> = fc
  .constantFrom('internal', 'timeout', 'overloaded')
  .map((kind) => ({ type: 'failure', failure: new Failure(kind, 'It failed.') }));
