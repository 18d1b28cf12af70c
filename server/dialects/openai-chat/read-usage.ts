import type { Usage } from '../../conversation/usage.ts';
import { isRecord, type JsonRecord, readCount, readRecord } from '../../lib/json.ts';
import { settleOutput } from '../openai/settle-usage.ts';

/**
 * Reads a usage object under OpenAI's names (`prompt_tokens`, `completion_tokens`, details) or Anthropic's
 * (`input_tokens`, `output_tokens`, `cache_read_input_tokens`, `cache_creation_input_tokens`). Anthropic counts cached
 * input apart from `input_tokens`, OpenAI within `prompt_tokens`; the total, where it is told, decides.
 *
 * @param previous what was known of the answer's usage: a field that is missing keeps its value
 * @returns undefined when the value says nothing of usage
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
    cacheWriteTokens: cacheWrite ?? readCount(inputDetails.cache_creation_tokens) ?? previous?.cacheWriteTokens ?? 0,
    estimated: false,
  };
}

/** True when the total shows that cached input was counted within `input_tokens` against Anthropic's habit. */
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
