import { describe, expect, test } from 'vitest';
import { type EstimatedRequest, estimateUsage } from './estimate-usage.ts';
import type { DocumentPart, Message, Part } from './message.ts';

function ask(text: string): EstimatedRequest {
  return { messages: [{ role: 'user', parts: [{ type: 'text', text }] }], tools: [] };
}

function inputOf(messages: readonly Message[], tools: EstimatedRequest['tools'] = []): number {
  return estimateUsage({ messages, tools }, '').inputTokens;
}

const fox = 'The quick brown fox jumps over the lazy dog.';

describe('estimating usage', () => {
  test('counts as the tokenizer of OpenAI’s models does', () => {
    // 10 tokens of text in o200k_base; 4 for the message and 3 for the answer's opening.
    expect(estimateUsage(ask(fox), 'Hello, world!')).toEqual({
      inputTokens: 17,
      outputTokens: 4,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: true,
    });
  });

  test('an empty answer costs nothing', () => {
    expect(estimateUsage(ask(fox), '').outputTokens).toBe(0);
  });

  test('everything in a request costs something', () => {
    const base = inputOf([]);
    const png = { type: 'base64', mediaType: 'image/png', data: 'AA==' } as const;
    const result = (...parts: Part[]): Message => ({
      role: 'user',
      parts: [{ type: 'tool-result', callId: 'a', parts }],
    });
    const file = (source: DocumentPart['source']): Message => ({ role: 'user', parts: [{ type: 'document', source }] });
    const call = { type: 'tool-call', id: 'a', name: 'read_file', arguments: '{"path":"/etc/hosts"}' } as const;
    const image = (detail?: string): Message => ({
      role: 'user',
      parts: [{ type: 'image', source: png, ...(detail !== undefined && { detail }) }],
    });
    expect(inputOf([{ role: 'assistant', parts: [call] }])).toBeGreaterThan(base + 8);
    expect(inputOf([result({ type: 'text', text: fox })])).toBe(base + 14);
    expect(inputOf([image()])).toBe(base + 769);
    expect(inputOf([image('low')])).toBe(base + 89);
    const video: Part = { type: 'vendor', dialect: 'd', value: { type: 'video' } };
    expect(inputOf([{ role: 'user', parts: [video] }])).toBe(base + 769);
    expect(inputOf([file({ type: 'text', text: fox, mediaType: 'text/plain' })])).toBe(base + 14);
    expect(inputOf([file({ type: 'parts', parts: [{ type: 'text', text: fox }] })])).toBe(base + 14);
    expect(inputOf([file({ ...png, mediaType: 'application/pdf' })])).toBe(base + 769);
    expect(
      inputOf([], [{ type: 'function', name: 'f', description: fox, parameters: { type: 'object' } }]),
    ).toBeGreaterThan(base + 14);
  });

  test('long texts are extrapolated closely', () => {
    const repeated = `${fox} `.repeat(20_000);
    const estimate = estimateUsage(ask(repeated), repeated);
    expect(estimate.outputTokens / 200_001).toBeGreaterThan(0.97);
    expect(estimate.outputTokens / 200_001).toBeLessThan(1.03);
    expect(estimate.inputTokens - 7).toBe(estimate.outputTokens);
  });

  test('what looks like a special token is text', () => {
    expect(estimateUsage(ask('<|endoftext|>'), '<|im_start|>').outputTokens).toBeGreaterThan(1);
  });

  test.each([
    ['a run of one letter', 'a'.repeat(1_000_000)],
    ['emoji', '😀'.repeat(500_000)],
    ['lone surrogates', '\ud800'.repeat(1_000_000)],
    ['white space', ' '.repeat(1_000_000)],
  ])('%s takes bounded time', { timeout: 20_000 }, (_name, text) => {
    expect(estimateUsage(ask(text), text).outputTokens).toBeGreaterThan(0);
  });
});
