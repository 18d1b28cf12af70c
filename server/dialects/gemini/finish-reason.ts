import type { Finish, FinishReason } from '../../conversation/events.ts';
import { ownEntry } from '../../lib/own-entry.ts';

/**
 * What Gemini's words for an end mean, and those of OpenAI, which gateways put in their place. `none`: the model ended
 * without an answer, which is a failure that another attempt may mend, and never an end (dialect notes, section 1).
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

/** @returns undefined for a word that says nothing (`OTHER`) and for one that nobody knows */
export function readFinishReason(word: string): FinishReason | 'none' | undefined {
  return ownEntry(meanings, word.toUpperCase());
}

/** Gemini's words for the end of an answer, which come back as they were. */
const ownWords: ReadonlySet<string> = new Set([
  ...['STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'LANGUAGE', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'],
  ...['IMAGE_SAFETY', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION', 'IMAGE_OTHER', 'NO_IMAGE'],
]);

/** A finish reason as the upstream wrote it, in one of Gemini's own words. */
export function toOwnWord(given: unknown): string {
  if (typeof given !== 'string' || ownWords.has(given)) return typeof given === 'string' ? given : 'STOP';
  const meaning = readFinishReason(given);
  return encodeFinishReason({ reason: meaning === undefined || meaning === 'none' ? 'stop' : meaning });
}

/** Gemini has no word of its own for calls and for stop sequences. */
export function encodeFinishReason({ reason, vendorReason }: Pick<Finish, 'reason' | 'vendorReason'>): string {
  if (vendorReason !== undefined && ownWords.has(vendorReason)) return vendorReason;
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
