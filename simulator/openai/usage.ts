import type { Answer } from '../answer/answer.ts';
import type { Behaviour } from '../behaviour.ts';

/** Usage with the names of the unified endpoint's platform metrics. */
export function ownUsage({ usage }: Answer, output: number, behaviour: Behaviour): object {
  return {
    input_tokens: usage.input,
    output_tokens: saidTokens(usage.reasoning, output, behaviour),
    total_tokens: usage.input + output,
    ...(usage.cached !== 0 && { cache_read_input_tokens: usage.cached }),
  };
}

/** Reported output tokens: including reasoning, or excluding it (then only the total includes it). */
function saidTokens(reasoning: number, output: number, behaviour: Behaviour): number {
  return behaviour['reasoning-usage'] === 'inside' ? output : Math.max(0, output - reasoning);
}

/** Usage with OpenAI's names; details only if they are not empty. */
export function openAiUsage({ usage }: Answer, output: number, behaviour: Behaviour): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: saidTokens(usage.reasoning, output, behaviour),
    total_tokens: usage.input + output,
    ...(usage.cached !== 0 && { prompt_tokens_details: { cached_tokens: usage.cached } }),
    ...(usage.reasoning !== 0 && { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
  };
}
