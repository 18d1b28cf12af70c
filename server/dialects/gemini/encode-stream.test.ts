import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireGeminiSchema, requireGeminiStream } from '../../../test/schemas/gemini.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent, JsonLiteral } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { decodeProof } from '../../conversation/foreign-proof.ts';
import { arbitraryAnswer, arbitraryUsage } from '../../conversation/testing/arbitrary-events.ts';
import type { Usage } from '../../conversation/usage.ts';
import { type ByteString, fromByteString, toByteString } from '../../lib/byte-string.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { GeminiAnswerOptions } from './answer-options.ts';
import { createGeminiEncoders } from './encoders.ts';

const context = { id: 'r1', created: 1, model: 'anthropic:claude', estimateInputTokens: () => 1 };
const usage: Usage = {
  inputTokens: 10,
  outputTokens: 7,
  cacheReadTokens: 4,
  cacheWriteTokens: 2,
  reasoningTokens: 3,
  estimated: false,
};
const usual: GeminiAnswerOptions = { form: 'events', showsThoughts: true, bareEnum: false };

/** The stream's text. */
function streamOf(
  events: readonly ConversationEvent[],
  options: Partial<GeminiAnswerOptions> = {},
  ending: Usage | Failure = usage,
): string {
  const encoder = createGeminiEncoders({ ...usual, ...options }).createStreamEncoder(context);
  const pieces = events.map((event) => encoder.encode([event]));
  pieces.push(ending instanceof Failure ? encoder.fail(ending) : encoder.end(ending));
  expect([encoder.end(usage), encoder.fail(new Failure('internal', 'late'))].join('')).toBe('');
  return fromByteString(pieces.join('') as ByteString);
}

/** Splits the stream into blocks like Google's SDK. */
function chunksOf(stream: string): unknown[] {
  expect(stream.endsWith('\n\n')).toBe(true);
  return stream
    .slice(0, -2)
    .split('\n\n')
    .map((block) => {
      expect(block.startsWith('data: ')).toBe(true);
      return JSON.parse(block.slice(6));
    });
}

function encode(events: readonly ConversationEvent[], options: Partial<GeminiAnswerOptions> = {}): unknown[] {
  const chunks = chunksOf(streamOf(events, options));
  requireGeminiStream(chunks);
  const array: unknown = JSON.parse(streamOf(events, { ...options, form: 'array' }));
  expect(array).toEqual(chunks);
  return chunks;
}

function partsOf(chunks: readonly unknown[]): JsonRecord[] {
  return chunks.flatMap((chunk) =>
    readArray(readRecord(chunk).candidates).flatMap((candidate) =>
      readArray(readRecord(readRecord(candidate).content).parts).filter(isRecord),
    ),
  );
}

const text = (...pieces: readonly string[]): ConversationEvent[] => block('text', pieces);
const finish = (reason: 'stop' | 'length' | 'tool-calls' | 'content-filter' = 'stop'): ConversationEvent => ({
  type: 'finish',
  choice: 0,
  reason,
});
let next = 0;
function block(
  kind: 'text' | 'reasoning' | 'refusal',
  pieces: readonly string[],
  end: object = {},
): ConversationEvent[] {
  const place = { choice: 0, block: next++ };
  return [
    { type: 'block-start', ...place, kind },
    ...pieces.map((piece): ConversationEvent => ({ type: 'block-delta', ...place, kind, text: piece })),
    { type: 'block-end', ...place, ...end },
  ];
}
function call(id: string, name: string, pieces: readonly string[], end: object = {}): ConversationEvent[] {
  const place = { choice: 0, block: next++ };
  return [
    { type: 'block-start', ...place, kind: 'tool-call', id, name },
    ...pieces.map((piece): ConversationEvent => ({ type: 'block-delta', ...place, kind: 'tool-call', text: piece })),
    { type: 'block-end', ...place, ...end },
  ];
}
const own = { dialect: 'gemini', value: 'c2ln' };
const foreign = { dialect: 'anthropic-messages', value: 'sig' };

describe('chunks', () => {
  test('a text in increments, and the end with the usage', () => {
    const start: ConversationEvent = { type: 'start', upstreamModel: 'claude-sonnet-4' };
    expect(encode([start, ...text('Hel', 'lo'), finish()])).toEqual([
      {
        candidates: [{ content: { role: 'model', parts: [{ text: 'Hel' }] }, index: 0 }],
        modelVersion: 'claude-sonnet-4',
        responseId: 'r1',
      },
      {
        candidates: [{ content: { role: 'model', parts: [{ text: 'lo' }] }, index: 0 }],
        modelVersion: 'claude-sonnet-4',
        responseId: 'r1',
      },
      {
        candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: {
          promptTokenCount: 10,
          candidatesTokenCount: 4,
          thoughtsTokenCount: 3,
          cachedContentTokenCount: 4,
          totalTokenCount: 17,
        },
        modelVersion: 'claude-sonnet-4',
        responseId: 'r1',
      },
    ]);
  });

  test('undecoded texts', () => {
    const literals = ['a\\n', '\\u4f60'].map((literal) => toByteString(literal) as JsonLiteral);
    const events: ConversationEvent[] = [
      { type: 'block-start', choice: 0, block: 0, kind: 'text' },
      { type: 'block-literals', choice: 0, block: 0, literals },
      { type: 'block-end', choice: 0, block: 0 },
      finish(),
    ];
    expect(partsOf(encode(events))).toEqual([{ text: 'a\n你' }, { text: '' }]);
  });

  test('a call is sent as a whole, in the last chunk if it ends the turn', () => {
    const chunks = encode([
      ...text('wait'),
      ...call('a', 'f', ['{"x', '":1}']),
      ...call('b', 'g', []),
      finish('tool-calls'),
    ]);
    expect(partsOf(chunks)).toEqual([
      { text: 'wait' },
      { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
      { functionCall: { id: 'b', name: 'g', args: {} } },
    ]);
    expect(chunks).toHaveLength(3);
    expect(chunks[2]).toMatchObject({ candidates: [{ finishReason: 'STOP' }] });
  });

  test('arguments keep their digits; those that are not an object are sent as text', () => {
    const cut = '{"path":"a';
    const stream = streamOf([
      ...call('a', 'f', ['{"id":1234567890123456789}']),
      ...call('b', 'f', [cut]),
      finish('length'),
    ]);
    expect(stream).toContain('"args":{"id":1234567890123456789}');
    expect(partsOf(chunksOf(stream))[1]).toEqual({ functionCall: { id: 'b', name: 'f', args: { arguments: cut } } });
    expect(chunksOf(stream).at(-1)).toMatchObject({ candidates: [{ finishReason: 'MAX_TOKENS' }] });
  });

  test('thoughts only if requested, signed at their end', () => {
    const events = [...block('reasoning', ['a', 'b', 'c'], { proof: foreign }), ...text('x'), finish()];
    const parts = partsOf(encode(events));
    expect(parts.slice(0, 3)).toEqual([
      { text: 'a', thought: true },
      { text: 'b', thought: true },
      { text: 'c', thought: true, thoughtSignature: expect.any(String) },
    ]);
    expect(decodeProof(String(parts[2]?.thoughtSignature), 'gemini')).toEqual(foreign);
    expect(partsOf(encode(events, { showsThoughts: false }))).toEqual([{ text: 'x' }, { text: '' }]);
  });

  test('a proof without text is added to the next part', () => {
    const hidden = block('reasoning', [], { proof: foreign });
    const [beforeCall] = partsOf(encode([...hidden, ...call('a', 'f', []), finish('tool-calls')]));
    expect(decodeProof(String(beforeCall?.thoughtSignature), 'gemini')).toEqual(foreign);
    expect(beforeCall).toMatchObject({ functionCall: { id: 'a' } });
    expect(partsOf(encode([...hidden, ...text('a', 'b'), finish()]))).toMatchObject([
      { text: 'a', thoughtSignature: expect.any(String) },
      { text: 'b' },
      { text: '' },
    ]);
    expect(partsOf(encode([...hidden, finish()]))).toMatchObject([{ text: '', thoughtSignature: expect.any(String) }]);
  });

  test("Gemini's own signatures are unchanged", () => {
    const events = [
      ...block('text', ['a'], { proof: own }),
      ...call('x', 'f', [], { proof: own }),
      finish('tool-calls'),
    ];
    expect(partsOf(encode(events))).toEqual([
      { text: 'a' },
      { text: '', thoughtSignature: 'c2ln' },
      { functionCall: { id: 'x', name: 'f', args: {} }, thoughtSignature: 'c2ln' },
    ]);
  });

  test("Gemini's own parts are sent, others are not", () => {
    const value = { executableCode: { language: 'PYTHON', code: 'x' } };
    const vendor = (dialect: string): ConversationEvent[] => [
      { type: 'block-start', choice: 0, block: 0, kind: 'vendor', dialect, value },
      { type: 'block-end', choice: 0, block: 0 },
    ];
    expect(partsOf(encode([...vendor('gemini'), ...vendor('other'), finish()]))).toEqual([value]);
  });

  test.each([
    [[{ text: '"a"' }], 'a'],
    [[{ text: '"' }, { text: 'b"' }], 'b'],
    [[{ text: 'bare' }], 'bare'],
  ])('a value of an enum loses its quotes: %j', (pieces, expected) => {
    const parts = partsOf(encode([...text(...pieces.map((piece) => piece.text)), finish()], { bareEnum: true }));
    expect(parts.map((part) => part.text).join('')).toBe(expected);
  });

  test.each([
    ['stop', undefined, 'STOP'],
    ['stop-sequence', 'stop_sequence', 'STOP'],
    ['paused', 'pause_turn', 'STOP'],
    ['length', 'max_tokens', 'MAX_TOKENS'],
    ['context-full', undefined, 'MAX_TOKENS'],
    ['content-filter', undefined, 'SAFETY'],
    ['content-filter', 'RECITATION', 'RECITATION'],
    ['refusal', 'refusal', 'SAFETY'],
  ] as const)('the end %s (%s)', (reason, vendorReason, expected) => {
    const end: ConversationEvent = {
      type: 'finish',
      choice: 0,
      reason,
      ...withoutUndefined({ vendorReason }),
    };
    expect(encode([...text('a'), end]).at(-1)).toMatchObject({ candidates: [{ finishReason: expected }] });
  });

  test('a blocked prompt has no candidates', () => {
    const promptFeedback = { blockReason: 'SAFETY' };
    const end: ConversationEvent = {
      type: 'finish',
      choice: 0,
      reason: 'content-filter',
      vendor: { gemini: { promptFeedback } },
    };
    const chunks = chunksOf(streamOf([end]));
    expect(chunks).toEqual([expect.objectContaining({ promptFeedback })]);
    expect(chunks[0]).not.toHaveProperty('candidates');
    requireGeminiSchema('StreamChunk', chunks[0]);
  });

  test('an empty answer still has a part', () => {
    expect(partsOf(encode([]))).toEqual([{ text: '' }]);
  });

  test('several candidates end together', () => {
    const other = text('b').map((event) => ({ ...event, choice: 1 }) as ConversationEvent);
    const chunks = encode([...text('a'), ...other, finish(), { type: 'finish', choice: 1, reason: 'length' }]);
    expect(chunks.at(-1)).toMatchObject({
      candidates: [
        { index: 0, finishReason: 'STOP' },
        { index: 1, finishReason: 'MAX_TOKENS' },
      ],
    });
  });
});

describe('failures', () => {
  const failure = new Failure('overloaded', 'The upstream is overloaded.', { retryAfterSeconds: 3 });
  const error = { code: 503, message: 'The upstream is overloaded.', status: 'UNAVAILABLE' };

  test.each([
    ['before anything', [] as ConversationEvent[], 1],
    ['behind a text', text('a'), 2],
    ['inside a call', [...text('a'), ...call('x', 'f', ['{"a"']).slice(0, 2)], 2],
  ])('%s', (_name, events, count) => {
    const chunks = chunksOf(streamOf(events, {}, failure));
    expect(chunks).toHaveLength(count);
    expect(chunks.at(-1)).toMatchObject({ error });
    requireGeminiSchema('ErrorResponse', chunks.at(-1));
    const array: unknown = JSON.parse(streamOf(events, { form: 'array' }, failure));
    expect(array).toEqual(chunks);
  });

  test('a failure among the events ends the stream', () => {
    const chunks = chunksOf(streamOf([...text('a'), { type: 'failure', failure }, ...text('b')]));
    expect(chunks.at(-1)).toMatchObject({ error });
  });
});

describe('heartbeats', () => {
  test('are separate blocks at any point', () => {
    for (const form of ['events', 'array'] as const) {
      const encoder = createGeminiEncoders({ ...usual, form }).createStreamEncoder(context);
      const pieces = [
        encoder.heartbeat(),
        ...text('a', 'b').flatMap((event) => [encoder.encode([event]), encoder.heartbeat()]),
        encoder.end(usage),
      ];
      const stream = fromByteString(pieces.join('') as ByteString);
      if (form === 'array') {
        expect(readArray(JSON.parse(stream))).toHaveLength(3);
        continue;
      }
      const blocks = stream.split('\n\n').filter((piece) => piece !== '');
      expect(blocks.filter((piece) => piece.startsWith('data: '))).toHaveLength(3);
      expect(blocks.every((piece) => !piece.includes('\n') && /^(?:data: |: )/.test(piece))).toBe(true);
    }
  });
});

/** Collects a stream. Texts are signed at their beginning, thoughts at their end. */
function joinParts(parts: readonly JsonRecord[]): JsonRecord[] {
  const joined: JsonRecord[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const { text: said, thought, thoughtSignature: signature } = part;
    if (typeof said !== 'string') joined.push(part);
    else if (
      typeof last?.text === 'string' &&
      last.thought === thought &&
      (thought ? last.thoughtSignature : signature) === undefined
    ) {
      joined[joined.length - 1] = {
        ...last,
        text: last.text + said,
        ...withoutUndefined({ thoughtSignature: signature }),
      };
    } else if (said !== '' || signature !== undefined) joined.push(part);
  }
  return joined;
}

/** Only Gemini signs anything other than reasoning. */
function withoutOddProofs(events: readonly ConversationEvent[]): ConversationEvent[] {
  const reasoning = new Set<string>();
  return events.map((event) => {
    if (event.type === 'block-start' && event.kind === 'reasoning') reasoning.add(`${event.choice} ${event.block}`);
    if (event.type !== 'block-end' || reasoning.has(`${event.choice} ${event.block}`)) return event;
    return { type: event.type, choice: event.choice, block: event.block };
  });
}

test('any answer matches its schema and has the same content, streamed or complete', () => {
  fc.assert(
    fc.property(
      arbitraryAnswer.map(withoutOddProofs),
      arbitraryUsage,
      fc.boolean(),
      (events, counted, showsThoughts) => {
        const options = { ...usual, showsThoughts };
        const encoder = createGeminiEncoders(options).createStreamEncoder(context);
        const stream = fromByteString(
          `${events.map((event) => encoder.encode([event])).join('')}${encoder.end(counted)}` as ByteString,
        );
        const chunks = chunksOf(stream);
        requireGeminiStream(chunks);
        const whole: unknown = JSON.parse(
          fromByteString(createGeminiEncoders(options).encodeAnswer({ ...collect(events), usage: counted }, context)),
        );
        requireGeminiSchema('FinalResponse', whole);
        for (const candidate of readArray(readRecord(whole).candidates).map(readRecord)) {
          const ofChoice = chunks.flatMap((chunk) =>
            readArray(readRecord(chunk).candidates)
              .map(readRecord)
              .filter(({ index }) => index === candidate.index),
          );
          const streamed = ofChoice.flatMap((piece) => readArray(readRecord(piece.content).parts).filter(isRecord));
          expect(joinParts(streamed)).toEqual(
            joinParts(readArray(readRecord(candidate.content).parts).filter(isRecord)),
          );
          expect(ofChoice.at(-1)?.finishReason).toBe(candidate.finishReason);
        }
        expect(readRecord(chunks.at(-1)).usageMetadata).toEqual(readRecord(whole).usageMetadata);
      },
    ),
    { numRuns: 500 },
  );
});
