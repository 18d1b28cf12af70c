import type { Answer } from '../answer/answer.ts';

/** Usage with the names of the unified endpoint's platform metrics. */
export function ownUsage({ usage }: Answer, output: number): object {
  return {
    input_tokens: usage.input,
    output_tokens: output,
    total_tokens: usage.input + output,
    ...(usage.cached === 0 ? {} : { cache_read_input_tokens: usage.cached }),
  };
}

/** Usage with OpenAI's names; details only where there is something to tell. */
export function openAiUsage({ usage }: Answer, output: number): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: output,
    total_tokens: usage.input + output,
    ...(usage.cached === 0 ? {} : { prompt_tokens_details: { cached_tokens: usage.cached } }),
    ...(usage.reasoning === 0 ? {} : { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
  };
}
