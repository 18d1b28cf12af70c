const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;

/** The same byte four times, and in each byte its lowest or highest bit. */
const quotes = 0x22222222;
const backslashes = 0x5c5c5c5c;
const spaces = 0x20202020;
const lowestBits = 0x01010101;
// As a signed integer of 32 bits, so that V8 computes with integers only.
const highestBits = 0x80808080 | 0;

/**
 * Finds the end of a run of plain characters in a JSON string: the next quote, backslash or control character. Looks at
 * four bytes at once, which halves the time of a scan.
 *
 * A byte's highest bit is set in `found` if the byte is one of them: subtracting 1 from zero, or a space from something
 * smaller, borrows. So may the byte above it, but only the lowest one found counts. Bytes beyond ASCII are excluded.
 *
 * @param start an index
 * @returns the index of that byte, or the length
 */
export function skipPlainText(text: DataView, start: number): number {
  const length = text.byteLength;
  let index = start;
  for (; index <= length - 4; index += 4) {
    const four = text.getInt32(index, true);
    const borrows = (four - spaces) | ((four ^ quotes) - lowestBits) | ((four ^ backslashes) - lowestBits);
    const found = borrows & ~four & highestBits;
    if (found !== 0) return index + (lowestBit(found) >> 3);
  }
  while (index < length && isPlain(text.getUint8(index))) index += 1;
  return index;
}

/** The place of the lowest bit that is set. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function isPlain(byte: number): boolean {
  return byte >= space && byte !== quote && byte !== backslash;
}
