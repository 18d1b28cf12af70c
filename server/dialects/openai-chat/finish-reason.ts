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

/** @param legacy true if the client uses the legacy `functions` */
export function encodeFinishReason(reason: FinishReason, legacy: boolean): string {
  return legacy && reason === 'tool-calls' ? 'function_call' : names[reason];
}

/** The finish reasons of OpenAI. Clients that validate answers accept no others. */
const ownNames: ReadonlySet<unknown> = new Set([...Object.values(names), 'function_call']);

export function isOwnFinishReason(value: unknown): boolean {
  return ownNames.has(value);
}

/** True for a reason after which clients look for calls. */
export function announcesCalls(written: unknown): boolean {
  return written === 'tool_calls' || written === 'function_call';
}

/** Finish reasons of all vendors, in lower case. */
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

/**
 * The reason in a choice; undefined if it has none yet. Some servers send an empty text, or the words `null` or `None`, until
 * the answer ends.
 */
export function givenReason(written: unknown): string | undefined {
  return typeof written === 'string' && !/^(?:null|none)?$/i.test(written) ? written : undefined;
}

/**
 * Decodes a vendor's finish reason, ignoring case; undefined for null, a missing one and unknown ones. Google adds Gemini's
 * own reason: `content_filter: SAFETY`.
 */
export function readFinishReason(value: unknown): FinishReason | undefined {
  if (typeof value !== 'string') return undefined;
  const [name = '', detail = ''] = value.toLowerCase().split(':', 2);
  return ownEntry(meanings, name.trim()) ?? ownEntry(meanings, detail.trim());
}

/** Gemini's reasons for an answer that the model could not finish. Google puts words before them in this API. */
const unanswered =
  /\b(?:malformed_function_call|malformed_response|unexpected_tool_call|too_many_tool_calls|missing_thought_signature)$/i;

/** True if the model ended without an answer. This may not happen again on a retry. */
export function endsWithoutAnswer(vendorReason: string): boolean {
  return unanswered.test(vendorReason);
}
