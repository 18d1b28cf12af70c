import type { FinishReason } from '../../conversation/events.ts';
import { ownEntry } from '../../lib/own-entry.ts';

/** The API's stop reasons. `compaction` pauses a turn like `pause_turn`. */
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

const names: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'context-full': 'model_context_window_exceeded',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
  paused: 'pause_turn',
};

/** Decodes a `stop_reason`; undefined for a missing or unknown one. */
export function readStopReason(value: unknown): FinishReason | undefined {
  return typeof value === 'string' ? ownEntry(meanings, value.toLowerCase()) : undefined;
}

/** @param vendorReason the vendor's own value, which is used if it is valid in this API and has the same meaning */
export function encodeStopReason(reason: FinishReason, vendorReason: string | undefined): string {
  if (vendorReason !== undefined && ownEntry(meanings, vendorReason) === reason) {
    return vendorReason;
  }
  return names[reason];
}
