import type { Buffer } from 'node:buffer';

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

/** The number of bytes that `readImageFormat` needs. */
export const imageSignatureLength = 12;

/** Recognises the image formats that vendors accept, by their first bytes. */
export function readImageFormat(bytes: Buffer): ImageFormat | undefined {
  if (bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (/^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))) return 'gif';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return undefined;
}
