import { Buffer } from 'node:buffer';
import { type JsonMember, scanMembers } from './scan-json.ts';
import { mayHaveLoneSurrogates } from './well-formed-json.ts';

/**
 * Finds the members of an object's JSON text, so that some of them can be cut out.
 *
 * @param text valid JSON of an object; one character per byte
 * @param replacesLoneSurrogates true if the caller replaces lone surrogates, which vendors reject, before sending
 * @returns undefined if the text may not be equivalent to its parsed value: a duplicate member (parsers differ in which
 * one they use), an escaped member name, or possibly a lone surrogate
 */
export function scanDistinctMembers(text: string, replacesLoneSurrogates = false): readonly JsonMember[] | undefined {
  if (!replacesLoneSurrogates && mayHaveLoneSurrogates(text)) return undefined;
  const members = scanMembers(text);
  const names = new Set<string>();
  for (const { rawKey } of members) {
    if (rawKey.includes('\\') || names.has(rawKey)) return undefined;
    names.add(rawKey);
  }
  return members;
}

const comma = Buffer.from(',');

/**
 * Cuts members out of an object's JSON without copying the rest.
 *
 * @param bytes UTF-8; may start with a byte order mark
 * @param members all members of the object, by byte offsets
 * @param names of the members to cut
 * @returns the pieces to send in order, starting at the opening brace
 */
export function cutMembers(
  bytes: Uint8Array,
  members: readonly JsonMember[],
  names: ReadonlySet<string>,
): readonly Uint8Array[] {
  const first = members[0];
  const last = members.at(-1);
  if (first === undefined || last === undefined) return [bytes];
  const pieces: Uint8Array[] = [bytes.subarray(bytes.lastIndexOf(0x7b, first.start), first.start)];
  let start: number | undefined;
  let end = 0;
  const closeRun = () => {
    if (start === undefined) return;
    if (pieces.length > 1) pieces.push(comma);
    pieces.push(bytes.subarray(start, end));
    start = undefined;
  };
  for (const member of members) {
    if (names.has(member.rawKey)) {
      closeRun();
      continue;
    }
    start ??= member.start;
    end = member.end;
  }
  closeRun();
  pieces.push(bytes.subarray(last.end));
  return pieces;
}
