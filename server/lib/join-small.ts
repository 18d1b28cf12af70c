import { Buffer } from 'node:buffer';

/** Larger pieces are not joined, to avoid copying them. Bytes. */
const maxJoinedBytes = 64 * 1024;

/** Joins adjacent small pieces, because each piece is a separate write. */
export function joinSmall(pieces: readonly Uint8Array[]): Uint8Array[] {
  const groups: Uint8Array[][] = [];
  let room = -1;
  for (const piece of pieces) {
    const group = piece.byteLength <= room ? groups.at(-1) : undefined;
    if (group === undefined) {
      groups.push([piece]);
      room = maxJoinedBytes;
    } else group.push(piece);
    room -= piece.byteLength;
  }
  return groups.map(join);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}
