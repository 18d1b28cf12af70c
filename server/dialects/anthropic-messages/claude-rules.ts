import { hash } from 'node:crypto';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isBlank } from '../../lib/blank.ts';
import type { EmbeddedJson } from '../../lib/embedded-json.ts';
import type { JsonRecord } from '../../lib/json.ts';

/** The arguments of a call in a form that Claude accepts. */
export interface ClaudeInput {
  readonly input: JsonRecord;
  /** True if the arguments were already an object. */
  readonly isAsWritten: boolean;
}

/**
 * Converts the arguments of a call to an object, which Claude requires. Malformed or truncated arguments are wrapped in
 * an object, so that Claude sees the original text.
 */
export function toClaudeInput(
  written: string,
  path: string,
  notes: TranslationLog,
  embedded: EmbeddedJson,
): ClaudeInput {
  if (isBlank(written)) return { input: {}, isAsWritten: false };
  const input = embedded.parseObject(written);
  if (input !== undefined) return { input, isAsWritten: true };
  notes.changed(`${path}.arguments`, 'Arguments that are not a JSON object were wrapped in one.');
  return { input: { malformed_arguments: written }, isAsWritten: false };
}

/** Removes blank stop sequences, which Claude rejects. @returns the same array if there are none */
export function withoutBlankStops(stop: readonly string[], notes: TranslationLog): readonly string[] {
  const kept = stop.filter((sequence) => !isBlank(sequence));
  if (kept.length === stop.length) return stop;
  notes.changed('stop', 'Claude does not support blank stop sequences; the gateway ends the answer at them.');
  return kept;
}

/** In characters. */
const maxUserLength = 256;
/** An email address, or a phone number. */
const personalData = /[^\s@]@[^\s@]+\.[^\s@]|^\+?[\d\s().-]{7,20}$/;

/** Hashes the id of a user that Claude rejects: it must be short and must not contain personal data. */
export function toClaudeUser(user: string): string {
  return user.length > maxUserLength || personalData.test(user) ? hash('sha256', user) : user;
}

export function noteTrimmed(notes: TranslationLog): void {
  notes.changed('messages', 'White space at the end of the last assistant message was removed.');
}
