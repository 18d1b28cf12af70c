import type { Usage } from '../../conversation/usage.ts';

/** The usage as an upstream reported it. */
interface ReportedUsage {
  readonly input: number;
  readonly output: number;
  readonly reasoning: number | undefined;
  readonly total: number | undefined;
}

/**
 * Determines the output tokens of an answer, including reasoning. OpenAI's output includes the reasoning tokens. Other
 * upstreams with the same field names count them separately; then the total is larger than input and output, or there
 * are more reasoning tokens than output tokens.
 */
export function settleOutput(reported: ReportedUsage): Pick<Usage, 'outputTokens' | 'reasoningTokens'> {
  const { input, output, reasoning, total } = reported;
  const separate = total === undefined ? (reasoning ?? 0) - output : total - input - output;
  if (separate <= 0) return { outputTokens: output, reasoningTokens: Math.min(reasoning ?? 0, output) };
  const outputTokens = total === undefined ? output + (reasoning ?? 0) : output + separate;
  return { outputTokens, reasoningTokens: Math.min(reasoning ?? separate, outputTokens) };
}
