import { Buffer } from 'node:buffer';

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

/** As many base64 characters as `readImageFormat` needs: 12 bytes. */
const signatureLength = 16;

/** Recognises the image formats that vendors accept, by their first bytes. */
export function readImageFormat(bytes: Buffer): ImageFormat | undefined {
  if (bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (/^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))) return 'gif';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return undefined;
}

/** Like `readImageFormat`, for bytes in base64 or in its URL-safe alphabet. */
export function readBase64ImageFormat(base64: string): ImageFormat | undefined {
  return readImageFormat(Buffer.from(base64.slice(0, signatureLength), 'base64'));
}
