import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  copyByteString,
  encodeJson,
  fromByteString,
  isAsciiText,
  isWholeText,
  readByteString,
  readRawBytes,
  toByteString,
} from './byte-string.ts';

const short = fc.string({ unit: 'binary', maxLength: 20 });
const text = fc.tuple(short, fc.constantFrom(1, 1, 1, 2000)).map(([words, times]) => words.repeat(times));

test('has one character per byte of UTF-8', () => {
  expect(toByteString('aé你🔐')).toBe('a\u00c3\u00a9\u00e4\u00bd\u00a0\u00f0\u009f\u0094\u0090');
  expect(toByteString('\u0080')).toBe('\u00c2\u0080');
});

test('text, and bytes that are valid text, round-trip', () => {
  fc.assert(
    fc.property(text, (words) => {
      const wellFormed = words.toWellFormed();
      expect(fromByteString(toByteString(words))).toBe(wellFormed);
      expect(readByteString(Buffer.from(words))).toBe(toByteString(words));
      expect(Buffer.from(toByteString(words), 'latin1').equals(Buffer.from(words))).toBe(true);
      expect(copyByteString(toByteString(words))).toBe(toByteString(words));
    }),
  );
});

test('invalid bytes are replaced like by a decoder', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      expect(fromByteString(readByteString(bytes))).toBe(Buffer.from(bytes).toString('utf8'));
    }),
  );
});

test('distinguishes valid UTF-8 from other bytes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        text.map((words) => Buffer.from(words)),
      ),
      (bytes) => {
        const isText = Buffer.from(Buffer.from(bytes).toString('utf8')).equals(Buffer.from(bytes));
        expect(isWholeText(readRawBytes(bytes))).toBe(isText);
      },
    ),
  );
});

test('JSON is encoded as bytes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(fromByteString(encodeJson(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('ASCII is the same as text, and nothing else is', () => {
  fc.assert(
    fc.property(text, (words) => {
      expect(isAsciiText(toByteString(words))).toBe(toByteString(words) === words);
    }),
  );
});
