/** Tokens of one exchange. `inputTokens` includes cached tokens, `outputTokens` includes reasoning tokens. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens that the vendor read from its prompt cache. */
  readonly cacheReadTokens: number;
  /** Input tokens that the vendor wrote to its prompt cache. */
  readonly cacheWriteTokens: number;
  /** Output tokens spent on reasoning. */
  readonly reasoningTokens: number;
  /** True if the upstream did not report the usage and the gateway estimated it. */
  readonly estimated: boolean;
}

/** The usage of an exchange without an answer. */
export const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

/** More tokens than any exchange has. Sums of thousands of such counts are still exact. */
const maxTokens = 2 ** 40;

/** Bounds counts that an upstream reports, which may be absurd. */
export function boundUsage(usage: Usage): Usage {
  return {
    inputTokens: Math.min(usage.inputTokens, maxTokens),
    outputTokens: Math.min(usage.outputTokens, maxTokens),
    cacheReadTokens: Math.min(usage.cacheReadTokens, maxTokens),
    cacheWriteTokens: Math.min(usage.cacheWriteTokens, maxTokens),
    reasoningTokens: Math.min(usage.reasoningTokens, maxTokens),
    estimated: usage.estimated,
  };
}

/** The sum of two usages. It is estimated if either of them is. */
export function addUsage(left: Usage, right: Usage): Usage {
  return {
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    cacheReadTokens: left.cacheReadTokens + right.cacheReadTokens,
    cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens,
    reasoningTokens: left.reasoningTokens + right.reasoningTokens,
    estimated: left.estimated || right.estimated,
  };
}
