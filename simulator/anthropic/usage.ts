import type { Answer } from '../answer/answer.ts';

/** Input tokens as Anthropic counts them: those read from the cache and written to it stand apart. */
export function inputUsage({ usage }: Answer): object {
  return {
    input_tokens: Math.max(0, usage.input - usage.cached - usage.written),
    cache_creation_input_tokens: usage.written,
    cache_read_input_tokens: usage.cached,
    cache_creation: { ephemeral_5m_input_tokens: usage.written, ephemeral_1h_input_tokens: 0 },
  };
}
