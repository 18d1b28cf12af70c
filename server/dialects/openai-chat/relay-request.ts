import type { OriginalBody } from '../../conversation/request.ts';
import { scanMembers } from '../../lib/scan-json.ts';

export type CutBody = Pick<OriginalBody, 'before' | 'after'> & Required<Pick<OriginalBody, 'members'>>;

/**
 * Cuts the `model` member out of a request's body without copying the rest.
 *
 * @param body a JSON object in UTF-8, already known to be valid; a byte order mark may stand before it
 * @param bytes the same, a character for each byte: strings are searched faster than bytes
 * @returns undefined when the text cannot stand for what was parsed of it: a member is there twice (parsers differ in
 *   which one they take) or has escapes in its name
 */
export function cutModel(body: Buffer, bytes = body.toString('latin1')): CutBody | undefined {
  const members = scanMembers(bytes);
  const names = new Set<string>();
  for (const { rawKey } of members) {
    if (rawKey.includes('\\') || names.has(rawKey)) return undefined;
    names.add(rawKey);
  }
  const index = members.findIndex((member) => member.rawKey === 'model');
  const model = members[index];
  const first = members[0];
  if (model === undefined || first === undefined) return undefined;
  // The member goes with the comma before it, or, being the first, with the one behind it.
  const previous = members[index - 1];
  const next = members[index + 1];
  const from = previous?.end ?? model.start;
  const to = previous === undefined ? (next?.start ?? model.end) : model.end;
  const open = bytes.lastIndexOf('{', first.start);
  names.delete('model');
  return { before: body.subarray(open, from), after: body.subarray(to), members: names };
}
