import type { TranslationLog } from '../../conversation/translation.ts';
import type { JsonRecord } from '../../lib/json.ts';

/** Notes the members that are not forwarded. Many clients send null for what they do not use. */
export function noteUnknownMembers(
  value: JsonRecord,
  parameter: string,
  known: ReadonlySet<string>,
  notes: TranslationLog,
): void {
  for (const key in value) {
    if (known.has(key) || value[key] === null) continue;
    notes.dropped(`${parameter}.${key}`, 'This member is not forwarded.');
  }
}
