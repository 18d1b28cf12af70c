import { describe, expect, it } from 'vitest';
import { encodeLimits, formatDuration } from './limit-headers.ts';

it('limits per minute as OpenAI’s headers', () => {
  const state = { limit: 2, remaining: 1, resetMilliseconds: 60_000 };
  expect(encodeLimits({ requests: state })).toEqual({
    'x-ratelimit-limit-requests': '2',
    'x-ratelimit-remaining-requests': '1',
    'x-ratelimit-reset-requests': '1m0s',
  });
  expect(encodeLimits({})).toEqual({});
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [19.2, '20ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [60_000, '1m0s'],
    [90_000, '1m30s'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
