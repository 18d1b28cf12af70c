import type { TranslationLog } from '../../conversation/translation.ts';
import { isBlank } from '../../lib/blank.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';

/**
 * Converts the arguments of a call to an object, which Claude requires. Malformed or truncated arguments are wrapped in
 * an object, so that Claude sees the original text.
 *
 * @returns undefined if the arguments can stay as they are
 */
export function toClaudeInput(written: string, path: string, notes: TranslationLog): JsonRecord | undefined {
  if (isBlank(written)) return {};
  if (readInput(written) !== undefined) return undefined;
  notes.changed(`${path}.arguments`, 'Arguments that are not a JSON object were wrapped in one.');
  return { malformed_arguments: written };
}

/** Parses arguments that are an object; undefined for others. Numbers keep their spelling. */
export function readInput(written: string): JsonRecord | undefined {
  try {
    const value = parseExactJson(written);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Removes blank stop sequences, which Claude rejects. @returns the same array if there are none */
export function withoutBlankStops(stop: readonly string[], notes: TranslationLog): readonly string[] {
  const kept = stop.filter((sequence) => !isBlank(sequence));
  if (kept.length === stop.length) return stop;
  notes.dropped('stop', 'Claude does not support blank stop sequences.');
  return kept;
}

export function noteTrimmed(notes: TranslationLog): void {
  notes.changed('messages', 'White space at the end of the last assistant message was removed.');
}
