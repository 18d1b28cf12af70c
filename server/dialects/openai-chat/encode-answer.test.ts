import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireOpenAiSchema } from '../../../test/schemas/openai.ts';
import type { AnswerPart, Choice } from '../../conversation/answer.ts';
import { collect } from '../../conversation/collect.ts';
import type { JsonLiteral } from '../../conversation/events.ts';
import { arbitraryEvents, arbitraryUsage } from '../../conversation/testing/arbitrary-events.ts';
import { toPlainEvents } from '../../conversation/testing/plain-events.ts';
import { type ByteString, fromByteString, toByteString } from '../../lib/byte-string.ts';
import { encodeAnswer } from './encode-answer.ts';

const usage = {
  inputTokens: 5,
  outputTokens: 7,
  cacheReadTokens: 2,
  cacheWriteTokens: 1,
  reasoningTokens: 3,
  estimated: false,
};
const context = {
  id: 'abc',
  created: 1_750_000_000,
  model: 'openai:gpt-4o',
  estimateInputTokens: () => 1,
};
const optionsOf = (legacyFunctions: boolean) => ({ includeUsage: false, legacyFunctions });
const hi: AnswerPart = { type: 'text', text: 'hi' };
const plain: Choice = { index: 0, parts: [hi], finish: { reason: 'stop' } };

const read = (bytes: ByteString) => JSON.parse(fromByteString(bytes));

function encode(change: Partial<Choice>, legacyFunctions = false): Readonly<Record<string, unknown>> {
  const answer = { upstreamModel: 'other', choices: [{ ...plain, ...change }], usage };
  const body = read(encodeAnswer(answer, context, optionsOf(legacyFunctions)));
  requireOpenAiSchema('CreateChatCompletionResponse', body);
  return body;
}

describe('a complete answer', () => {
  test('of text', () => {
    expect(encode({})).toEqual({
      id: 'chatcmpl-abc',
      object: 'chat.completion',
      created: 1_750_000_000,
      model: 'openai:gpt-4o',
      // OpenRouter's SDK requires it.
      system_fingerprint: expect.any(String),
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 5,
        completion_tokens: 7,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 1, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 3,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
    });
  });

  const calls: Partial<Choice> = {
    parts: [
      { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
      { type: 'tool-call', id: 'b', name: 'g', arguments: '' },
    ],
    finish: { reason: 'tool-calls' },
  };
  test('of tool calls: content is null', () => {
    expect(encode(calls)).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            tool_calls: [
              { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
              { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
            ],
          },
          finish_reason: 'tool_calls',
        },
      ],
    });
  });

  test('of a legacy function call', () => {
    const [choice] = Object(encode(calls, true)).choices;
    expect(choice.message).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      function_call: { name: 'f', arguments: '{"x":1}' },
    });
    expect(choice.finish_reason).toBe('function_call');
  });

  test.each<[Partial<Choice>, object]>([
    [{ parts: [{ type: 'reasoning', text: 'hm' }, hi] }, { message: { reasoning_content: 'hm', content: 'hi' } }],
    [{ parts: [{ type: 'refusal', text: 'no' }] }, { message: { refusal: 'no', content: null } }],
    [{ parts: [] }, { message: { content: '' } }],
    [{ parts: [hi, { type: 'text', text: '!' }] }, { message: { content: 'hi!' } }],
    [{ finish: { reason: 'length' } }, { finish_reason: 'length' }],
    [{ finish: { reason: 'stop-sequence' } }, { finish_reason: 'stop' }],
    [{ finish: { reason: 'refusal' } }, { finish_reason: 'content_filter' }],
    [{ finish: { reason: 'content-filter' } }, { finish_reason: 'content_filter' }],
    [
      { logprobs: { content: [{ token: 'a', logprob: -1, bytes: 'x' }, { token: 'no number' }, null], refusal: [] } },
      { logprobs: { content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null } },
    ],
  ])('%j', (change, expected) => {
    expect(encode(change)).toMatchObject({ choices: [expected] });
  });

  test('of text beyond ASCII', () => {
    const text = '你好 🔐 "é"\n';
    expect(encode({ parts: [{ type: 'text', text }] })).toMatchObject({ choices: [{ message: { content: text } }] });
  });

  test('with text as a literal, which is copied unchanged', () => {
    const literal = toByteString(String.raw`你好\u4f60\/\n`) as JsonLiteral;
    const parts: AnswerPart[] = [{ type: 'text', text: { literal } }];
    expect(encodeAnswer({ choices: [{ ...plain, parts }], usage }, context, optionsOf(false))).toContain(
      `"content":"${literal}"`,
    );
    expect(encode({ parts })).toMatchObject({ choices: [{ message: { content: '你好你/\n' } }] });
  });

  test('is the same with and without literals', () => {
    fc.assert(
      fc.property(arbitraryEvents, arbitraryUsage, (events, counted) => {
        const answers = [events, toPlainEvents(events)].map((told) => ({ ...collect(told), usage: counted }));
        const [literal, decoded] = answers.map((answer) => read(encodeAnswer(answer, context, optionsOf(false))));
        expect(literal).toEqual(decoded);
      }),
    );
  });

  test('whatever the events, it is valid', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryEvents, arbitraryUsage, fc.boolean(), (events, counted, legacyFunctions) => {
        const answer = { ...collect(events), usage: counted };
        const body = read(encodeAnswer(answer, context, optionsOf(legacyFunctions)));
        requireOpenAiSchema('CreateChatCompletionResponse', body);
        for (const choice of body.choices) {
          const calls = choice.message.tool_calls ?? choice.message.function_call;
          if (['content_filter', 'length'].includes(choice.finish_reason)) continue;
          expect(['tool_calls', 'function_call'].includes(choice.finish_reason)).toBe(calls !== undefined);
        }
      }),
      { numRuns: 300 },
    );
  });
});
