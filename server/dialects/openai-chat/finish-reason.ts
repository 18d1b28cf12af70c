import type { FinishReason } from '../../conversation/events.ts';
import { ownEntry } from '../../lib/own-entry.ts';

const names: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-full': 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  paused: 'stop',
};

/** @param legacy the client speaks of functions instead of tools */
export function encodeFinishReason(reason: FinishReason, legacy: boolean): string {
  return legacy && reason === 'tool-calls' ? 'function_call' : names[reason];
}

/** The vendors' own words, in lower case, by what they mean (protocol notes, section 2). */
const meanings: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  length: 'length',
  max_tokens: 'length',
  model_context_window_exceeded: 'context-full',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  pause_turn: 'paused',
  content_filter: 'content-filter',
  refusal: 'refusal',
  safety: 'content-filter',
  recitation: 'content-filter',
  prohibited_content: 'content-filter',
  blocklist: 'content-filter',
  spii: 'content-filter',
};

/** A vendor's finish reason, ignoring case; undefined for null, for nothing and for a word that nobody knows. */
export function readFinishReason(value: unknown): FinishReason | undefined {
  return typeof value === 'string' ? ownEntry(meanings, value.toLowerCase()) : undefined;
}
