import { Buffer, isUtf8 } from 'node:buffer';

/**
 * Text as the bytes of its UTF-8 form, one character (U+0000 to U+00FF) for each byte. The runtime keeps, cuts, compares
 * and (as `latin1`) writes such a string byte by byte, so text that is only passed on need not be decoded. ASCII is the
 * same in either form.
 */
export type ByteString = string;

/** @param bytes UTF-8; invalid sequences are replaced by U+FFFD, as decoding would do */
export function readByteString(bytes: Uint8Array): ByteString {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString('latin1') : toByteString(buffer.toString('utf8'));
}

/** UTF-8 has no form for lone surrogates: they are replaced by U+FFFD. */
export function toByteString(text: string): ByteString {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** The text that the bytes stand for. */
export function fromByteString(bytes: ByteString): string {
  return beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

const beyondAscii = /[\u0080-\uffff]/;
