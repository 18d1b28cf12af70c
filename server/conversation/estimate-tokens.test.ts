import { describe, expect, test } from 'vitest';
import { estimateTokens } from './estimate-tokens.ts';

const fox = 'The quick brown fox jumps over the lazy dog.';

describe('estimating tokens', () => {
  test.each([
    ['', 0],
    [fox, 10],
    ['Hello, world!', 4],
  ])('counts as the tokenizer of OpenAI’s models does: %j', (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens);
  });

  test('long texts are extrapolated closely', () => {
    const estimate = estimateTokens(`${fox} `.repeat(20_000));
    expect(estimate / 200_001).toBeGreaterThan(0.97);
    expect(estimate / 200_001).toBeLessThan(1.03);
  });

  test('text that looks like a special token is plain text', () => {
    expect(estimateTokens('<|im_start|>')).toBeGreaterThan(1);
  });

  test.each([
    ['a run of one letter', 'a'.repeat(1_000_000)],
    ['emoji', '😀'.repeat(500_000)],
    ['lone surrogates', '\ud800'.repeat(1_000_000)],
    ['white space', ' '.repeat(1_000_000)],
  ])('%s takes bounded time', { timeout: 20_000 }, (_name, text) => {
    expect(estimateTokens(text)).toBeGreaterThan(0);
  });
});
