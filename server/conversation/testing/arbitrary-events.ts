import fc from 'fast-check';
import { asByteString, encodeJson } from '../../lib/byte-string.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ConversationEvent, FinishReason, JsonLiteral } from '../events.ts';
import { Failure } from '../failure.ts';
import type { Usage } from '../usage.ts';

/** Texts with the special cases of JSON and event streams: quotes, line ends, astral characters and lone surrogates. */
const arbitraryText: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 12 });

/** Texts as JSON string literals, either with only the necessary escapes or with every character escaped. */
const arbitraryLiteral = fc
  .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([text, escaped]) => asByteString(escaped ? escapeAll(text) : encodeJson(text).slice(1, -1)) as JsonLiteral);

function escapeAll(text: string): string {
  return Array.from({ length: text.length }, (_, place) => {
    return `\\u${text.charCodeAt(place).toString(16).padStart(4, '0')}`;
  }).join('');
}

export const arbitraryUsage: fc.Arbitrary<Usage> = fc.record({
  inputTokens: fc.nat(),
  outputTokens: fc.nat(),
  cacheReadTokens: fc.nat(),
  cacheWriteTokens: fc.nat(),
  reasoningTokens: fc.nat(),
  estimated: fc.boolean(),
});

const arbitraryProof = fc.option(
  fc.record({ dialect: fc.constantFrom('openai', 'other'), value: fc.string({ minLength: 1, maxLength: 8 }) }),
  { nil: undefined },
);

type Block = (choice: number, block: number) => ConversationEvent[];

const arbitraryTextBlock: fc.Arbitrary<Block> = fc
  .record({
    kind: fc.constantFrom('text' as const, 'reasoning' as const, 'refusal' as const),
    texts: fc.array(arbitraryText, { maxLength: 3 }),
    literals: fc.array(arbitraryLiteral, { maxLength: 3 }),
    proof: arbitraryProof,
  })
  .map(({ kind, texts, literals, proof }) => (choice, block) => [
    { type: 'block-start', choice, block, kind },
    ...texts.map((text): ConversationEvent => ({ type: 'block-delta', choice, block, kind, text })),
    ...(kind === 'text' && literals.length > 0
      ? [{ type: 'block-literals', choice, block, literals } satisfies ConversationEvent]
      : []),
    { type: 'block-end', choice, block, ...withoutUndefined({ proof }) },
  ]);

const arbitraryCallBlock: fc.Arbitrary<Block> = fc
  .record({
    id: fc.uuid(),
    name: fc.string({ minLength: 1, maxLength: 8 }),
    texts: fc.array(arbitraryText, { maxLength: 3 }),
    proof: arbitraryProof,
  })
  .map(({ id, name, texts, proof }) => (choice, block) => [
    { type: 'block-start', choice, block, kind: 'tool-call', id, name },
    ...texts.map((text): ConversationEvent => ({ type: 'block-delta', choice, block, kind: 'tool-call', text })),
    { type: 'block-end', choice, block, ...withoutUndefined({ proof }) },
  ]);

const arbitraryVendorBlock: fc.Arbitrary<Block> = fc
  .array(fc.record({ type: fc.constant('other_delta'), value: fc.nat() }), { maxLength: 2 })
  .map((deltas) => (choice, block) => [
    { type: 'block-start', choice, block, kind: 'vendor', dialect: 'other', value: { type: 'other' } },
    ...deltas.map((value): ConversationEvent => ({ type: 'vendor-delta', choice, block, dialect: 'other', value })),
    { type: 'block-end', choice, block },
  ]);

const arbitraryImageBlock: fc.Arbitrary<Block> = fc
  .record({
    source: fc.constantFrom(
      { type: 'base64' as const, mediaType: 'image/png', data: 'iVBORw0KGgo=' },
      { type: 'url' as const, url: 'https://example.com/image.png' },
    ),
    proof: arbitraryProof,
  })
  .map(({ source, proof }) => (choice, block) => [
    { type: 'block-start', choice, block, kind: 'image', source },
    { type: 'block-end', choice, block, ...withoutUndefined({ proof }) },
  ]);

const arbitraryBlock = fc.oneof(
  { weight: 3, arbitrary: arbitraryTextBlock },
  { weight: 3, arbitrary: arbitraryCallBlock },
  arbitraryVendorBlock,
  arbitraryImageBlock,
);

const arbitraryFinish = fc.record(
  {
    reason: fc.constantFrom<FinishReason[]>(
      'stop',
      'stop-sequence',
      'length',
      'context-full',
      'tool-calls',
      'content-filter',
      'refusal',
      'paused',
    ),
    vendorReason: fc.constantFrom('end_turn', 'STOP', 'stop'),
    stopSequence: fc.constant('Human:'),
  },
  { requiredKeys: ['reason'] },
);

const arbitraryLogprobs = fc.oneof(
  fc.constant(null),
  fc.constant({ content: null }),
  fc.constant({ content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null }),
);

/** One choice as `conversation/events` specifies it, in groups. Groups of other choices may come between them. */
function arbitraryChoice(choice: number): fc.Arbitrary<ConversationEvent[][]> {
  return fc
    .record({
      blocks: fc.array(arbitraryBlock, { maxLength: 4 }),
      logprobs: fc.option(arbitraryLogprobs, { nil: undefined }),
      usage: fc.option(arbitraryUsage, { nil: undefined }),
      finish: arbitraryFinish,
    })
    .map(({ blocks, logprobs, usage, finish }): ConversationEvent[][] => [
      ...blocks.map((block, index) => block(choice, index)),
      logprobs === undefined ? [] : [{ type: 'logprobs-delta', choice, logprobs }],
      usage === undefined ? [] : [{ type: 'usage', usage }],
      [{ type: 'finish', choice, ...finish }],
    ]);
}

/** The events of one complete answer, in an order that decoders guarantee. The choices are interleaved. */
export const arbitraryAnswer: fc.Arbitrary<ConversationEvent[]> = fc
  .record({
    start: fc.option(fc.record({ upstreamModel: fc.constant('m'), usage: arbitraryUsage }), { nil: undefined }),
    choices: fc.integer({ min: 1, max: 2 }).chain((count) => fc.tuple(...[0, 1].slice(0, count).map(arbitraryChoice))),
  })
  .map(({ start, choices }) => {
    const longest = Math.max(...choices.map((groups) => groups.length));
    const turns = Array.from({ length: longest }, (_, turn) => choices.flatMap((groups) => groups[turn] ?? []));
    return [...(start === undefined ? [] : [{ type: 'start', ...start } satisfies ConversationEvent]), ...turns.flat()];
  });

/**
 * The events of an answer with some of them missing, which encoders and collectors must tolerate. None is a failure.
 */
export const arbitraryEvents: fc.Arbitrary<ConversationEvent[]> = arbitraryAnswer.chain((events) =>
  fc.subarray(events, { minLength: 0 }),
);

export const arbitraryFailureEvent: fc.Arbitrary<ConversationEvent> = fc
  .constantFrom('internal', 'timeout', 'overloaded')
  .map((kind) => ({ type: 'failure', failure: new Failure(kind, 'It failed.') }));
