import { Buffer, isUtf8 } from 'node:buffer';

/**
 * A text stored as its UTF-8 bytes, with one character (U+0000 to U+00FF) per byte. V8 stores, slices, compares and (as
 * `latin1`) writes such a string byte by byte, so text that is only passed on need not be decoded. ASCII is identical
 * in both forms.
 */
export type ByteString = string & { readonly [byteStringBrand]: true };
declare const byteStringBrand: unique symbol;

/**
 * Marks a text as a ByteString without a check. Only for text made of byte strings and ASCII; any other text would be
 * garbled. For those, use `toByteString` or `encodeJson`.
 */
export function asByteString(text: string): ByteString {
  return text as ByteString;
}

/** @param bytes UTF-8; invalid sequences are replaced by U+FFFD, as by a decoder */
export function readByteString(bytes: Uint8Array): ByteString {
  return isUtf8(bytes) ? readRawBytes(bytes) : toByteString(asBuffer(bytes).toString('utf8'));
}

/** Converts any bytes, even if they are not valid UTF-8. */
export function readRawBytes(bytes: Uint8Array): ByteString {
  return asByteString(asBuffer(bytes).toString('latin1'));
}

/** A view of the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Encodes a text. Lone surrogates, which UTF-8 cannot represent, become U+FFFD. */
export function toByteString(text: string): ByteString {
  return asByteString(isAsciiText(text) ? text : convert(text, text.length * maxBytesPerUnit, 'utf8', 'latin1'));
}

/** Encodes a value as JSON. */
export function encodeJson(value: unknown): ByteString {
  return toByteString(JSON.stringify(value));
}

/**
 * Whether a text is ASCII, which makes it identical to its bytes. Several times faster than searching for other
 * characters.
 */
export function isAsciiText(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** Whether the bytes are valid UTF-8. */
export function isWholeText(bytes: ByteString): boolean {
  if (bytes.length > scratch.length) return isUtf8(Buffer.from(bytes, 'latin1'));
  return isUtf8(scratch.subarray(0, scratch.write(bytes, 'latin1')));
}

/** Decodes the bytes to a text. */
export function fromByteString(bytes: ByteString): string {
  return isAsciiText(bytes) ? bytes : convert(bytes, bytes.length, 'latin1', 'utf8');
}

/** A flat copy. Slices keep the whole original in memory, and concatenations all of their parts. */
export function copyByteString(bytes: ByteString): ByteString {
  return asByteString(convert(bytes, bytes.length, 'latin1', 'latin1'));
}

/** Maximum number of UTF-8 bytes per UTF-16 code unit. */
export const maxBytesPerUnit = 3;

/**
 * Buffer for converting short texts. Not from Node's buffer pool, where it would keep neighbouring allocations alive.
 */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);

type Encoding = 'utf8' | 'latin1';

function convert(text: string, mostBytes: number, from: Encoding, to: Encoding): string {
  if (mostBytes > scratch.length) return Buffer.from(text, from).toString(to);
  return scratch.toString(to, 0, scratch.write(text, from));
}
