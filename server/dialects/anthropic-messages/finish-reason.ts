import type { FinishReason } from '../../conversation/events.ts';
import { ownEntry } from '../../lib/own-entry.ts';

/** The API's words by what they mean (dialect notes, section 1). `compaction` pauses a turn as `pause_turn` does. */
const meanings: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'context-full',
  tool_use: 'tool-calls',
  refusal: 'refusal',
  pause_turn: 'paused',
  compaction: 'paused',
};

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'context-full': 'model_context_window_exceeded',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
  paused: 'pause_turn',
};

/** What a `stop_reason` means; undefined for none and for a word that nobody knows. */
export function readStopReason(value: unknown): FinishReason | undefined {
  return typeof value === 'string' ? ownEntry(meanings, value.toLowerCase()) : undefined;
}

/** @param vendorReason the vendor's own word, which is kept where it is this API's and means the same */
export function encodeStopReason(reason: FinishReason, vendorReason: string | undefined): string {
  if (vendorReason !== undefined && ownEntry(meanings, vendorReason) === reason) {
    return vendorReason;
  }
  return words[reason];
}
