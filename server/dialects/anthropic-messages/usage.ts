import type { Usage } from '../../conversation/usage.ts';
import { isRecord, type JsonRecord, readCount, readRecord } from '../../lib/json.ts';

/** The API's counts, which are separate for each kind of input. */
export interface MessagesCounts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly thinking: number;
}

const noCounts: MessagesCounts = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, thinking: 0 };

/**
 * Reads a `usage`. Counts are cumulative: later ones replace earlier ones, unless they are missing or zero.
 *
 * @returns undefined if there are no counts so far
 */
export function readUsageCounts(value: unknown, previous: MessagesCounts | undefined): MessagesCounts | undefined {
  if (!isRecord(value)) return previous;
  return mergeCounts(previous, {
    input: readCount(value.input_tokens) ?? 0,
    cacheRead: readCount(value.cache_read_input_tokens) ?? 0,
    cacheWrite: readCount(value.cache_creation_input_tokens) ?? writtenByAge(value.cache_creation),
    output: readCount(value.output_tokens) ?? 0,
    thinking: readCount(readRecord(value.output_tokens_details).thinking_tokens) ?? 0,
  });
}

/** Reads Bedrock's own counts in its `message_stop`. */
export function readBedrockCounts(value: unknown, previous: MessagesCounts | undefined): MessagesCounts | undefined {
  if (!isRecord(value)) return previous;
  return mergeCounts(previous, {
    input: readCount(value.inputTokenCount) ?? 0,
    cacheRead: readCount(value.cacheReadInputTokenCount) ?? 0,
    cacheWrite: readCount(value.cacheWriteInputTokenCount) ?? 0,
    output: readCount(value.outputTokenCount) ?? 0,
    thinking: 0,
  });
}

/** Adds the counts of the vendor's tools that the upstream leaves out. Clients expect all of them, or none. */
export function withToolCounts(usage: JsonRecord): JsonRecord {
  const { server_tool_use: counts } = usage;
  return isRecord(counts)
    ? { ...usage, server_tool_use: { web_search_requests: 0, web_fetch_requests: 0, ...counts } }
    : usage;
}

function writtenByAge(value: unknown): number {
  const counts = readRecord(value);
  return (readCount(counts.ephemeral_5m_input_tokens) ?? 0) + (readCount(counts.ephemeral_1h_input_tokens) ?? 0);
}

function mergeCounts(previous: MessagesCounts | undefined, latest: MessagesCounts): MessagesCounts | undefined {
  const { input, cacheRead, cacheWrite, output, thinking } = previous ?? noCounts;
  const counts = {
    input: Math.max(input, latest.input),
    cacheRead: Math.max(cacheRead, latest.cacheRead),
    cacheWrite: Math.max(cacheWrite, latest.cacheWrite),
    output: Math.max(output, latest.output),
    thinking: Math.max(thinking, latest.thinking),
  };
  return counts.input + counts.cacheRead + counts.cacheWrite + counts.output === 0 ? previous : counts;
}

export function toUsage({ input, cacheRead, cacheWrite, output, thinking }: MessagesCounts): Usage {
  return {
    inputTokens: input + cacheRead + cacheWrite,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    reasoningTokens: Math.min(thinking, output),
    estimated: false,
  };
}

/** Encodes the API's `usage`, whose `input_tokens` exclude cached tokens. */
export function encodeUsage(usage: Usage): JsonRecord {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  return {
    input_tokens: Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens },
  };
}
