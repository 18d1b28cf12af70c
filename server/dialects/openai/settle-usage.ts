import type { Usage } from '../../conversation/usage.ts';

/** What an upstream told of an answer's usage; undefined: nothing. */
interface ToldUsage {
  readonly input: number;
  readonly output: number;
  readonly reasoning: number | undefined;
  readonly total: number | undefined;
}

/**
 * The tokens of an answer, reasoning included. OpenAI counts reasoning within the output; other upstreams that use its names
 * count it beside, which shows by a total above the parts, or by more reasoning than output.
 */
export function settleOutput(told: ToldUsage): Pick<Usage, 'outputTokens' | 'reasoningTokens'> {
  const { input, output, reasoning, total } = told;
  const beside = total === undefined ? (reasoning ?? 0) - output : total - input - output;
  if (beside <= 0) return { outputTokens: output, reasoningTokens: Math.min(reasoning ?? 0, output) };
  const outputTokens = total === undefined ? output + (reasoning ?? 0) : output + beside;
  return { outputTokens, reasoningTokens: Math.min(reasoning ?? beside, outputTokens) };
}
