import { Buffer, isUtf8 } from 'node:buffer';

/**
 * Text as the bytes of its UTF-8 form, one character (U+0000 to U+00FF) for each byte. The runtime keeps, cuts, compares
 * and (as `latin1`) writes such a string byte by byte, so text that is only passed on need not be decoded. ASCII is the
 * same in either form.
 */
export type ByteString = string & { readonly [byteStringBrand]: true };
declare const byteStringBrand: unique symbol;

/**
 * Takes a text for bytes without a look at it: for what was put together of byte strings and ASCII alone. Any other text
 * would come out garbled; `toByteString` and `encodeJson` are for those.
 */
export function asByteString(text: string): ByteString {
  return text as ByteString;
}

/** @param bytes UTF-8; invalid sequences are replaced by U+FFFD, as decoding would do */
export function readByteString(bytes: Uint8Array): ByteString {
  return isUtf8(bytes) ? readRawBytes(bytes) : toByteString(asBuffer(bytes).toString('utf8'));
}

/** Any bytes as they are, whole text or not. */
export function readRawBytes(bytes: Uint8Array): ByteString {
  return asByteString(asBuffer(bytes).toString('latin1'));
}

/** The same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** UTF-8 has no form for lone surrogates: they are replaced by U+FFFD. */
export function toByteString(text: string): ByteString {
  return asByteString(isAsciiText(text) ? text : convert(text, text.length * mostBytesPerUnit, 'utf8', 'latin1'));
}

/** The JSON text of a value. */
export function encodeJson(value: unknown): ByteString {
  return toByteString(JSON.stringify(value));
}

/** True for a text of ASCII, which is the same as bytes. Several times as fast as looking for another character. */
export function isAsciiText(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** True when the bytes are the UTF-8 form of some text. */
export function isWholeText(bytes: ByteString): boolean {
  if (bytes.length > scratch.length) return isUtf8(Buffer.from(bytes, 'latin1'));
  return isUtf8(scratch.subarray(0, scratch.write(bytes, 'latin1')));
}

/** The text that the bytes stand for. */
export function fromByteString(bytes: ByteString): string {
  return isAsciiText(bytes) ? bytes : convert(bytes, bytes.length, 'latin1', 'utf8');
}

/** A copy of its own: what is cut from a longer text keeps all of it in memory, and what is joined all its parts. */
export function copyByteString(bytes: ByteString): ByteString {
  return asByteString(convert(bytes, bytes.length, 'latin1', 'latin1'));
}

/** UTF-8 takes so many bytes for a UTF-16 code unit, at most. */
export const mostBytesPerUnit = 3;

/** Where short texts are converted. From Node's own pool, a buffer would hold its neighbours that are still needed. */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);

type Encoding = 'utf8' | 'latin1';

function convert(text: string, mostBytes: number, from: Encoding, to: Encoding): string {
  if (mostBytes > scratch.length) return Buffer.from(text, from).toString(to);
  return scratch.toString(to, 0, scratch.write(text, from));
}
