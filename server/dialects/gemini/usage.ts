import type { Usage } from '../../conversation/usage.ts';
import { isRecord, type JsonRecord, readCount } from '../../lib/json.ts';

/**
 * Reads `usageMetadata`. The prompt count includes cached tokens. Thoughts and the input from Google's own tools are
 * counted separately. Each chunk of a stream has the totals so far.
 *
 * @param previous the usage known so far, for missing counts
 * @returns undefined if the value has no token counts
 */
export function readUsage(value: unknown, previous: Usage | undefined): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = readCount(value.promptTokenCount);
  const answer = readCount(value.candidatesTokenCount);
  const thoughts = readCount(value.thoughtsTokenCount);
  const total = readCount(value.totalTokenCount);
  if (prompt === undefined && answer === undefined && thoughts === undefined && total === undefined) return undefined;
  const inputTokens =
    prompt === undefined ? (previous?.inputTokens ?? 0) : prompt + (readCount(value.toolUsePromptTokenCount) ?? 0);
  const reasoningTokens = thoughts ?? previous?.reasoningTokens ?? 0;
  const hasOutput = answer !== undefined || thoughts !== undefined || total !== undefined;
  // The total may be larger than the sum of the reported parts.
  const outputTokens = Math.max((answer ?? 0) + reasoningTokens, (total ?? 0) - inputTokens);
  return {
    inputTokens,
    outputTokens: hasOutput ? outputTokens : (previous?.outputTokens ?? 0),
    cacheReadTokens: readCount(value.cachedContentTokenCount) ?? previous?.cacheReadTokens ?? 0,
    cacheWriteTokens: 0,
    reasoningTokens,
    estimated: false,
  };
}

/** Encodes `usageMetadata`, whose parts add up to its total. */
export function encodeUsage({ inputTokens, outputTokens, cacheReadTokens, reasoningTokens }: Usage): JsonRecord {
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: Math.max(0, outputTokens - reasoningTokens),
    totalTokenCount: inputTokens + outputTokens,
    ...(reasoningTokens > 0 && { thoughtsTokenCount: reasoningTokens }),
    ...(cacheReadTokens > 0 && { cachedContentTokenCount: cacheReadTokens }),
  };
}
