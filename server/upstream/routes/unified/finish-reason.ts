import type { FinishReason } from '../../../conversation/events.ts';

/** The vendors' own words, in lower case, by what they mean. */
const meanings: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  refusal: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  prohibited_content: 'content-filter',
  blocklist: 'content-filter',
  spii: 'content-filter',
};

/** A vendor's finish reason, ignoring case; undefined for null, for nothing and for a word that nobody knows. */
export function readFinishReason(value: unknown): FinishReason | undefined {
  return typeof value === 'string' ? meanings[value.toLowerCase()] : undefined;
}
