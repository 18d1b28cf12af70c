import type { Finish, FinishReason } from '../../conversation/events.ts';
import { ownEntry } from '../../lib/own-entry.ts';

/**
 * Finish reasons of Gemini, and those of OpenAI, which some gateways send instead. `none`: the model ended without an
 * answer. This is a failure that may not happen again on a retry.
 */
const meanings: Readonly<Record<string, FinishReason | 'none'>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  ESCALATION: 'content-filter',
  PUP_LIMITED_DISABLED: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  IMAGE_OTHER: 'content-filter',
  NO_IMAGE: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'none',
  MALFORMED_RESPONSE: 'none',
  UNEXPECTED_TOOL_CALL: 'none',
  TOO_MANY_TOOL_CALLS: 'none',
  MISSING_THOUGHT_SIGNATURE: 'none',
  LENGTH: 'length',
  CONTENT_FILTER: 'content-filter',
  TOOL_CALLS: 'tool-calls',
  FUNCTION_CALL: 'tool-calls',
};

/** @returns undefined for an unspecific reason (`OTHER`) and for unknown ones */
export function readFinishReason(vendorReason: string): FinishReason | 'none' | undefined {
  return ownEntry(meanings, vendorReason.toUpperCase());
}

/** True if a candidate has ended. Before its end, some servers write that the reason is not known, or null. */
export function isEnd(written: unknown): boolean {
  return !unknownReasons.has(written);
}

const unknownReasons: ReadonlySet<unknown> = new Set([undefined, null, '', 'FINISH_REASON_UNSPECIFIED']);

/** Gemini's finish reasons, which are returned to clients unchanged. */
const geminiReasons: ReadonlySet<string> = new Set([
  ...['STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'LANGUAGE', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'],
  ...['IMAGE_SAFETY', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION', 'IMAGE_OTHER', 'NO_IMAGE'],
]);

/** Converts the upstream's finish reason to one of Gemini's. */
export function toGeminiReason(given: unknown): string {
  if (typeof given !== 'string') return 'STOP';
  if (geminiReasons.has(given)) return given;
  const reason = readFinishReason(given);
  return encodeFinishReason({ reason: reason === undefined || reason === 'none' ? 'stop' : reason });
}

/** Gemini has no finish reasons for tool calls and stop sequences. */
export function encodeFinishReason({ reason, vendorReason }: Pick<Finish, 'reason' | 'vendorReason'>): string {
  if (vendorReason !== undefined && geminiReasons.has(vendorReason)) return vendorReason;
  switch (reason) {
    case 'length':
    case 'context-full':
      return 'MAX_TOKENS';
    case 'content-filter':
    case 'refusal':
      return 'SAFETY';
    default:
      return 'STOP';
  }
}
