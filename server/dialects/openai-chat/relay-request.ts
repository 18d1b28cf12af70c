import type { OriginalBody } from '../../conversation/request.ts';
import { scanMembers } from '../../lib/scan-json.ts';
import type { ParsedBody } from './parse-body.ts';

/**
 * Cuts the `model` member out of a request's body without copying the rest.
 *
 * @param body a JSON object in UTF-8, already known to be valid; a byte order mark may stand before it
 * @param text the same, decoded: its strings are found faster than those of bytes
 * @returns undefined when the text cannot stand for what was parsed of it: a member is there twice (parsers differ in
 *   which one they take) or has escapes in its name
 */
export function cutModel(body: Buffer, { text, textOffset }: Omit<ParsedBody, 'json'>): OriginalBody | undefined {
  const members = scanMembers(text);
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
  const open = text.lastIndexOf('{', first.start);
  const start = textOffset + Buffer.byteLength(text.slice(0, open));
  const cut = start + Buffer.byteLength(text.slice(open, from));
  const rest = cut + Buffer.byteLength(text.slice(from, to));
  names.delete('model');
  return { family: 'openai-chat', before: body.subarray(start, cut), after: body.subarray(rest), members: names };
}
