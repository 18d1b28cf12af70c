import type { Answer } from '../answer/answer.ts';

/** Input tokens as Anthropic counts them: cache reads and writes are separate. */
export function inputCounts({ usage }: Answer): object {
  return {
    input_tokens: Math.max(0, usage.input - usage.cached - usage.written),
    cache_creation_input_tokens: usage.written,
    cache_read_input_tokens: usage.cached,
  };
}

/** The same, with the additional fields of a message. */
export function inputUsage(answer: Answer): object {
  const { written } = answer.usage;
  return {
    ...inputCounts(answer),
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
  };
}
