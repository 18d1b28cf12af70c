import type { TranslationLog } from '../../conversation/translation.ts';
import { isBlank } from '../../lib/blank.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';

/**
 * Claude takes an object as the arguments of a call. What is none, as a model or a limit left it, is wrapped, so that Claude
 * sees what was written.
 *
 * @returns undefined when the arguments may stay as they are written
 */
export function toClaudeInput(written: string, path: string, notes: TranslationLog): JsonRecord | undefined {
  if (isBlank(written)) return {};
  if (readInput(written) !== undefined) return undefined;
  notes.changed(`${path}.arguments`, 'Arguments that are no JSON object were sent as the text of one.');
  return { malformed_arguments: written };
}

/** The arguments when they are an object, numbers in their own spelling. */
export function readInput(written: string): JsonRecord | undefined {
  try {
    const value = parseExactJson(written);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @returns the given list when there is no blank one in it */
export function keepStops(stop: readonly string[], notes: TranslationLog): readonly string[] {
  const kept = stop.filter((sequence) => !isBlank(sequence));
  if (kept.length === stop.length) return stop;
  notes.dropped('stop', 'Claude takes no stop sequence of blanks.');
  return kept;
}

export function noteTrimmed(notes: TranslationLog): void {
  notes.changed('messages', 'The blanks at the end of the last assistant message were cut off.');
}
