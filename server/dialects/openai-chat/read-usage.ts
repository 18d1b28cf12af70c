import type { Usage } from '../../conversation/usage.ts';
import { isRecord, type JsonRecord, readCount, readRecord } from '../../lib/json.ts';
import { settleOutput } from '../openai/settle-usage.ts';

/**
 * Reads a usage object with OpenAI's field names (`prompt_tokens`, `completion_tokens`, details) or Anthropic's
 * (`input_tokens`, `output_tokens`, `cache_read_input_tokens`, `cache_creation_input_tokens`). `input_tokens` usually
 * excludes cached input and `prompt_tokens` includes it; the total shows whether an upstream deviates from that.
 *
 * @param previous the usage known so far, for missing fields
 * @returns undefined if the value has no token counts
 */
export function readUsage(value: unknown, previous: Usage | undefined): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const input = readCount(value.prompt_tokens) ?? readCount(value.input_tokens);
  const output = readCount(value.completion_tokens) ?? readCount(value.output_tokens);
  if (input === undefined && output === undefined) return undefined;
  const inputDetails = readDetails(value, 'prompt_tokens_details', 'input_tokens_details');
  const outputDetails = readDetails(value, 'completion_tokens_details', 'output_tokens_details');
  const cacheRead = readCount(value.cache_read_input_tokens);
  const cacheWrite = readCount(value.cache_creation_input_tokens);
  const total = readCount(value.total_tokens);
  const cached = readCount(value.prompt_tokens) === undefined ? (cacheRead ?? 0) + (cacheWrite ?? 0) : 0;
  const inputTokens =
    input === undefined ? (previous?.inputTokens ?? 0) : input + (isWithin(cached, input, output, total) ? 0 : cached);
  const settled = settleOutput({
    input: inputTokens,
    output: output ?? previous?.outputTokens ?? 0,
    reasoning: readCount(outputDetails.reasoning_tokens) ?? previous?.reasoningTokens,
    total,
  });
  return {
    inputTokens,
    ...settled,
    cacheReadTokens: cacheRead ?? readCount(inputDetails.cached_tokens) ?? previous?.cacheReadTokens ?? 0,
    cacheWriteTokens: cacheWrite ?? readCacheWrite(inputDetails) ?? previous?.cacheWriteTokens ?? 0,
    estimated: false,
  };
}

/** OpenAI's and OpenRouter's name, or LiteLLM's. */
function readCacheWrite({ cache_write_tokens: own, cache_creation_tokens: other }: JsonRecord): number | undefined {
  return readCount(own) ?? readCount(other);
}

/** True if the total shows that `input_tokens` includes cached input, unlike Anthropic's. */
function isWithin(cached: number, input: number, output: number | undefined, total: number | undefined): boolean {
  return cached <= input && total !== undefined && total < input + cached + (output ?? 0);
}

function readDetails(usage: JsonRecord, ...names: readonly string[]): JsonRecord {
  const name = names.find((candidate) => isRecord(usage[candidate]));
  return name === undefined ? {} : readRecord(usage[name]);
}

export function isSameUsage(left: Usage, right: Usage): boolean {
  return (
    left.inputTokens === right.inputTokens &&
    left.outputTokens === right.outputTokens &&
    left.cacheReadTokens === right.cacheReadTokens &&
    left.cacheWriteTokens === right.cacheWriteTokens &&
    left.reasoningTokens === right.reasoningTokens
  );
}
