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
