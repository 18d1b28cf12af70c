import { Buffer } from 'node:buffer';
import type { JsonMember } from './scan-json.ts';

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
