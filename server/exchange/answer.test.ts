import { expect, it } from 'vitest';
import type { Usage } from '../conversation/usage.ts';
import { StreamedAnswer } from './answer.ts';

it.each([
  [1234, 1234],
  [1e300, 2 ** 40],
  [Number.POSITIVE_INFINITY, 2 ** 40],
])('bounds the counts that an upstream reports: %d', (reported, kept) => {
  const all = (count: number): Usage => ({
    inputTokens: count,
    outputTokens: count,
    cacheReadTokens: count,
    cacheWriteTokens: count,
    reasoningTokens: count,
    estimated: false,
  });
  const answer = new StreamedAnswer(false);
  answer.record([
    { type: 'start', upstreamModel: 'm', usage: all(reported) },
    { type: 'usage', usage: all(reported) },
  ]);
  expect(answer.usageAtStart).toEqual(all(kept));
  expect(answer.usage).toEqual(all(kept));
});
