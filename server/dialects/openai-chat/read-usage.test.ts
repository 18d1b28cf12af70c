import { expect, test } from 'vitest';
import { readUsage } from './read-usage.ts';

test.each([
  [
    'R05a: reasoning beside the output (router-for-me/CLIProxyAPI#5733)',
    {
      prompt_tokens: 21,
      completion_tokens: 0,
      total_tokens: 81,
      completion_tokens_details: { reasoning_tokens: 60 },
    },
    { inputTokens: 21, outputTokens: 60, reasoningTokens: 60 },
  ],
  [
    'cached input beside the rest, as Anthropic has it',
    { input_tokens: 800, output_tokens: 30, cache_read_input_tokens: 1200, total_tokens: 2030 },
    { inputTokens: 2000, outputTokens: 30, cacheReadTokens: 1200 },
  ],
  [
    'cached input beside the rest, left out of the total',
    { input_tokens: 8, output_tokens: 30, cache_read_input_tokens: 1200, total_tokens: 38 },
    { inputTokens: 1208, outputTokens: 30, cacheReadTokens: 1200 },
  ],
  [
    'cached input within the rest, as the total shows',
    { input_tokens: 2000, output_tokens: 30, cache_read_input_tokens: 1200, total_tokens: 2030 },
    { inputTokens: 2000, outputTokens: 30, cacheReadTokens: 1200 },
  ],
  [
    'input written to the cache, as OpenAI and OpenRouter have it',
    { prompt_tokens: 900, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 800 } },
    { inputTokens: 900, cacheReadTokens: 0, cacheWriteTokens: 800 },
  ],
  [
    'a total above the parts',
    { prompt_tokens: 21, completion_tokens: 20, total_tokens: 101 },
    { inputTokens: 21, outputTokens: 80, reasoningTokens: 60 },
  ],
])('%s', (_name, told, expected) => {
  expect(readUsage(told, undefined)).toMatchObject(expected);
});
