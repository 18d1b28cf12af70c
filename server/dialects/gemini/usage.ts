import type { Usage } from '../../conversation/usage.ts';
import { isRecord, type JsonRecord, readCount } from '../../lib/json.ts';

/**
 * Reads `usageMetadata`: the input includes what was cached, thoughts are counted beside the answer, and what Google's own
 * tools brought is input that is counted apart. Each chunk of a stream has the running totals.
 *
 * @param previous what was known of the answer's usage: a count that is missing keeps its value
 * @returns undefined when the value says nothing of usage
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
  const tellsOutput = answer !== undefined || thoughts !== undefined || total !== undefined;
  // The total may hold more than the parts that are told.
  const outputTokens = Math.max((answer ?? 0) + reasoningTokens, (total ?? 0) - inputTokens);
  return {
    inputTokens,
    outputTokens: tellsOutput ? outputTokens : (previous?.outputTokens ?? 0),
    cacheReadTokens: readCount(value.cachedContentTokenCount) ?? previous?.cacheReadTokens ?? 0,
    cacheWriteTokens: 0,
    reasoningTokens,
    estimated: false,
  };
}

/** `usageMetadata`, whose parts add up to its total. */
export function encodeUsage({ inputTokens, outputTokens, cacheReadTokens, reasoningTokens }: Usage): JsonRecord {
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: Math.max(0, outputTokens - reasoningTokens),
    totalTokenCount: inputTokens + outputTokens,
    ...(reasoningTokens > 0 && { thoughtsTokenCount: reasoningTokens }),
    ...(cacheReadTokens > 0 && { cachedContentTokenCount: cacheReadTokens }),
  };
}
