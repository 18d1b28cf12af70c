import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import { parseExactJson as parseExact } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord, parseJson } from '../../lib/json.ts';
import { damageJson } from '../../lib/testing/damage-json.ts';
import type { AnswerContext } from '../dialect.ts';
import { readAnswer } from '../testing/read-answer.ts';
import { MessagesAnswerReader } from './decode-answer.ts';
import { encodeAnswer } from './encode-answer.ts';
import { encodeMessagesRequest } from './encode-request.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { relayBody } from './relay.ts';
import { arbitraryBody } from './testing/arbitrary-bodies.ts';
import { decodeBody } from './testing/requests.ts';

const models = fc.constantFrom('claude-sonnet-4-5@20250929', 'claude-3-5-sonnet-v2@20241022', 'claude-opus-5-5');

function encode(request: Parameters<typeof encodeMessagesRequest>[0], model: string): JsonRecord {
  const target = { model, maxOutputTokens: null, notes: new TranslationLog(), refusedMembers: new Set<string>() };
  return JSON.parse(JSON.stringify(encodeMessagesRequest(request, target).body));
}

describe('requests', () => {
  test('an encoded request is decoded to the same request', () => {
    fc.assert(
      fc.property(arbitraryBody, models, (body, model) => {
        const first = encode(decodeBody(JSON.stringify(body)).request(), model);
        const again = encode(decodeBody(JSON.stringify({ model: 'm', ...first })).request(), model);
        expect(again).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  /** A body in which one value was replaced. */
  const damagedBody = fc
    .tuple(arbitraryBody, fc.nat(), fc.jsonValue({ maxDepth: 2 }))
    .map(([body, place, value]) => damageJson(body, place, value));

  test('any JSON is decoded or rejected', () => {
    let answered = 0;
    fc.assert(
      fc.property(fc.oneof(damagedBody, fc.jsonValue()), models, (body, model) => {
        try {
          const { request, original } = decodeBody(JSON.stringify(body));
          const encoded = encode(request(), model);
          if (original !== undefined)
            expect(isRecord(parseJson(Buffer.from(relayBody(original, encoded)).toString()))).toBe(true);
          answered += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          expect(error).toMatchObject({ kind: 'invalid-request', fault: 'request' });
        }
      }),
      { numRuns: 1000 },
    );
    expect(answered).toBeGreaterThan(50);
  });
});

describe('answers', () => {
  const proof = fc.constantFrom(
    { dialect: 'anthropic-messages', value: 'sig' },
    { dialect: 'anthropic-messages', value: 'other' },
  );
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const part = fc.oneof(
    text.map((words) => ({ kind: 'text' as const, text: words })),
    fc.record({ kind: fc.constant('reasoning' as const), text, proof }),
    fc.constant({ kind: 'redacted' as const, text: '' }),
    fc.record({
      kind: fc.constant('tool-call' as const),
      text: fc.oneof(
        fc.constant('{"n":12345678901234567890,"m":1.0}'),
        fc.dictionary(text, fc.nat()).map((value) => JSON.stringify(value)),
      ),
    }),
  );
  const finish = fc.constantFrom('stop' as const, 'length' as const, 'refusal' as const, 'paused' as const);
  const answer = fc.tuple(fc.array(part, { maxLength: 5 }), finish).map(([parts, reason]) => [
    ...parts.flatMap((each, block): ConversationEvent[] => {
      const place = { choice: 0, block };
      if (each.kind === 'redacted') {
        const redacted = { dialect: 'anthropic-messages', value: 'secret', redacted: true };
        return [
          { type: 'block-start', ...place, kind: 'reasoning' },
          { type: 'block-end', ...place, proof: redacted },
        ];
      }
      return [
        each.kind === 'tool-call'
          ? { type: 'block-start', ...place, kind: each.kind, id: `toolu_${block}`, name: 'f' }
          : { type: 'block-start', ...place, kind: each.kind },
        { type: 'block-delta', ...place, kind: each.kind, text: each.text },
        { type: 'block-end', ...place, ...(each.kind === 'reasoning' && { proof: each.proof }) },
      ];
    }),
    { type: 'finish', choice: 0, reason } satisfies ConversationEvent,
  ]);
  const context: AnswerContext = { id: 'a', created: 1, model: 'm', estimateInputTokens: () => 1 };
  const options = { thinking: 'shown', stopSequences: [] } as const;
  const usage = { ...noUsage, inputTokens: 7, outputTokens: 3 };

  /** The part of an answer that a reader returns, along with the vendor's own stop reason. */
  const readBack = (values: readonly unknown[]) =>
    toCompare(readAnswer((readerOptions) => new MessagesAnswerReader(readerOptions), values));

  function toCompare(events: readonly ConversationEvent[]) {
    const [choice] = collect(events).choices;
    const parts = choice?.parts.map((each) => {
      if (each.type !== 'reasoning' || each.proof === undefined) return each;
      const { model: _, ...own } = each.proof;
      return { ...each, proof: own };
    });
    return { parts, reason: choice?.finish.reason };
  }

  test('a complete answer stays the same', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const text = fromByteString(encodeAnswer({ ...collect(events), usage }, context, options));
        expect(readBack([parseExact(text)])).toEqual(toCompare(events));
      }),
    );
  });

  test('a stream stays the same', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const encoder = createStreamEncoder(context, options);
        const text = fromByteString(asByteString(encoder.encode(events) + encoder.end(usage)));
        const data = text
          .split('\n\n')
          .slice(0, -1)
          .map((frame) => parseExact(frame.replace(/^event: .*\ndata: /, '')));
        expect(readBack(data)).toEqual(toCompare(events));
      }),
    );
  });
});
