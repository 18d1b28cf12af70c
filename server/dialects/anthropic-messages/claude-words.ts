import type { TranslationLog } from '../../conversation/translation.ts';
import { isBlank } from '../../lib/blank.ts';
import type { EmbeddedJson } from '../../lib/embedded-json.ts';
import type { JsonRecord } from '../../lib/json.ts';

/** The arguments of a call as Claude takes them. */
export interface ClaudeInput {
  readonly input: JsonRecord;
  /** Whether they are the object that was written. */
  readonly isAsWritten: boolean;
}

/** Claude takes only objects as arguments. Anything else, such as cut or malformed arguments, is wrapped in an object. */
export function toClaudeInput(
  written: string,
  path: string,
  notes: TranslationLog,
  embedded: EmbeddedJson,
): ClaudeInput {
  if (isBlank(written)) return { input: {}, isAsWritten: false };
  const input = embedded.parseObject(written);
  if (input !== undefined) return { input, isAsWritten: true };
  notes.changed(`${path}.arguments`, 'Arguments that are no JSON object were sent as the text of one.');
  return { input: { malformed_arguments: written }, isAsWritten: false };
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
