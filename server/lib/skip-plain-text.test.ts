import fc from 'fast-check';
import { expect, test } from 'vitest';
import { skipPlainText } from './skip-plain-text.ts';

const isPlain = (byte: number) => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c;

const skip = (bytes: Uint8Array, start: number) =>
  skipPlainText(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start);

test('ends at the first quote, backslash or control character, wherever it is', () => {
  // Neighbours of the bytes in question, and bytes beyond ASCII, are the likely mistakes.
  const near = fc.constantFrom(
    0,
    1,
    0x1f,
    0x20,
    0x21,
    0x22,
    0x23,
    0x5b,
    0x5c,
    0x5d,
    0x7f,
    0x80,
    0xa0,
    0xa2,
    0xdc,
    0xff,
  );
  const byte = fc.oneof({ weight: 8, arbitrary: fc.constant(0x61) }, near, fc.nat(255));
  const texts = fc.tuple(fc.array(byte, { maxLength: 40 }), fc.nat(3), fc.nat(40));
  fc.assert(
    fc.property(texts, ([bytes, offset, from]) => {
      const text = Uint8Array.from([...bytes.slice(0, offset), ...bytes]).subarray(Math.min(offset, bytes.length));
      const start = Math.min(from, text.length);
      const found = text.findIndex((each, index) => index >= start && !isPlain(each));
      expect(skip(text, start)).toBe(found === -1 ? text.length : found);
    }),
  );
});

test('finds each byte at each place', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    for (let place = 0; place < 8; place += 1) {
      const text = new Uint8Array(8).fill(0x61);
      text[place] = byte;
      expect(skip(text, 0), `${byte} at ${place}`).toBe(isPlain(byte) ? 8 : place);
    }
  }
});
