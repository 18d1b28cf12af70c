import { Buffer } from 'node:buffer';
import { type JsonMember, scanMembers } from './scan-json.ts';
import { mayHaveHalfPairs } from './well-formed-json.ts';

/**
 * The members of an object's JSON text, for cutting some of them out of it.
 *
 * @param text an object's JSON, already known to be valid; a character for each byte
 * @param mendsHalves who asks replaces halves of surrogate pairs, which vendors refuse, in what is sent
 * @returns undefined when the text cannot stand for what was parsed of it: a member is there twice (parsers differ in
 *   which one they take) or has escapes in its name, or a text may hold half of a surrogate pair
 */
export function scanDistinctMembers(text: string, mendsHalves = false): readonly JsonMember[] | undefined {
  if (!mendsHalves && mayHaveHalfPairs(text)) return undefined;
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
 * An object's JSON without some of its members, without copying the rest.
 *
 * @param bytes UTF-8; a byte order mark may stand before the object
 * @param members all of its members, by byte offsets
 * @param names of those to cut
 * @returns the pieces to send in order, from the opening brace on
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
