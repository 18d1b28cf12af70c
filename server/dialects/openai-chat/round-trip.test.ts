import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { noUsage } from '../../conversation/usage.ts';
import { asByteString, fromByteString } from '../../lib/byte-string.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import type { AnswerContext } from '../dialect.ts';
import { readAnswer } from '../testing/read-answer.ts';
import { ChatAnswerReader } from './decode-answer.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeAnswer } from './encode-answer.ts';
import { encodeChatRequest } from './encode-request.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { arbitraryRequest } from './testing/arbitrary-requests.ts';
import { traitsOf } from './vendor-traits.ts';

const model = fc.constantFrom('gpt-4.1', 'gpt-5.1', 'claude-sonnet-4-5@20250929', 'gemini-2.5-pro');

describe('requests', () => {
  /** @returns undefined for an invalid request */
  function decode(body: unknown): ConversationRequest | undefined {
    try {
      return decodeRequest(toJsonBody(JSON.stringify(body))).request();
    } catch (error) {
      if (error instanceof Failure && error.kind === 'invalid-request') return undefined;
      throw error;
    }
  }

  function encode(request: ConversationRequest, upstreamModel: string): Readonly<Record<string, unknown>> {
    // A small limit by its older name would be read as a wish for little reasoning.
    const traits = { ...traitsOf(upstreamModel), maxTokensName: 'max_completion_tokens' as const };
    return { model: 'm', ...encodeChatRequest(request, traits, new TranslationLog()) };
  }

  const silent = { role: 'assistant', content: [{ type: 'text', text: '' }], tool_calls: [] };
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  /** Found by the property test: an assistant's empty text, alone and next to a call. */
  const foundByChance = [
    [{ role: 'system', content: '' }, silent],
    [
      silent,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: ' ' },
    ],
  ];

  test('an encoded request is decoded to the same request', () => {
    let understood = 0;
    fc.assert(
      fc.property(arbitraryRequest, model, (body, upstreamModel) => {
        const request = decode(body);
        if (request === undefined) return;
        const first = encode(request, upstreamModel);
        // Empty messages are dropped, which may leave no conversation.
        if (isDeepStrictEqual(first.messages, [])) return;
        understood += 1;
        const again = decode(first);
        expect(again).toBeDefined();
        // For other vendors, each encoding adds another instruction to answer in JSON.
        if (again !== undefined && traitsOf(upstreamModel).enforcesResponseFormat)
          expect(encode(again, upstreamModel)).toEqual(first);
      }),
      {
        numRuns: 1000,
        examples: foundByChance.map((messages): [Readonly<Record<string, unknown>>, 'gpt-4.1'] => [
          { model: 'm', messages },
          'gpt-4.1',
        ]),
      },
    );
    expect(understood).toBeGreaterThan(300);
  });
});

describe('answers', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const input = fc.oneof(
    fc.constant('{"n":12345678901234567890,"m":1.0}'),
    // Truncated or invalid arguments.
    fc.constantFrom('{"a":', 'no JSON'),
    fc.dictionary(text, fc.nat()).map((value) => JSON.stringify(value)),
  );
  const finish = fc.constantFrom('stop' as const, 'length' as const, 'content-filter' as const);
  /** The parts for which a message has separate members. Their order relative to each other is lost. */
  const answer = fc
    .tuple(
      fc.option(text, { nil: undefined }),
      fc.option(text, { nil: undefined }),
      fc.array(input, { maxLength: 3 }),
      finish,
    )
    .map(([reasoning, words, calls, reason]) => {
      const events: ConversationEvent[] = [];
      let block = 0;
      const write = (kind: 'reasoning' | 'text', written: string | undefined) => {
        if (written === undefined) return;
        const place = { choice: 0, block: block++ };
        events.push({ type: 'block-start', ...place, kind }, { type: 'block-delta', ...place, kind, text: written });
        events.push({ type: 'block-end', ...place });
      };
      write('reasoning', reasoning);
      write('text', words);
      for (const [index, written] of calls.entries()) {
        const place = { choice: 0, block: block++ };
        events.push({ type: 'block-start', ...place, kind: 'tool-call', id: `call_${index}`, name: 'f' });
        events.push(
          { type: 'block-delta', ...place, kind: 'tool-call', text: written },
          { type: 'block-end', ...place },
        );
      }
      events.push({ type: 'finish', choice: 0, reason: calls.length > 0 && reason === 'stop' ? 'tool-calls' : reason });
      return events;
    });

  const context: AnswerContext = { id: 'a', created: 1, model: 'm', estimateInputTokens: () => 1 };
  const options = { includeUsage: true, legacyFunctions: false };
  const usage = { ...noUsage, inputTokens: 7, outputTokens: 3 };

  /** The part of an answer that a reader returns. */
  const readBack = (values: readonly unknown[]) =>
    toCompare(readAnswer((readerOptions) => new ChatAnswerReader(readerOptions), values));

  function toCompare(events: readonly ConversationEvent[]) {
    const [choice] = collect(events).choices;
    return { parts: choice?.parts, reason: choice?.finish.reason };
  }

  test('a complete answer stays the same', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const written = fromByteString(encodeAnswer({ ...collect(events), usage }, context, options));
        expect(readBack([parseExactJson(written)])).toEqual(toCompare(events));
      }),
    );
  });

  test('a stream stays the same', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const encoder = createStreamEncoder(context, options);
        const written = fromByteString(asByteString(encoder.encode(events) + encoder.end(usage)));
        const frames = written.split('\n\n').filter((frame) => frame !== '' && frame !== 'data: [DONE]');
        expect(readBack(frames.map((frame) => parseExactJson(frame.replace(/^data: /, ''))))).toEqual(
          toCompare(events),
        );
      }),
    );
  });
});
