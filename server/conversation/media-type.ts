import { Buffer } from 'node:buffer';
import type { MediaSource } from './message.ts';

/** The first bytes of image formats. */
const signatures: readonly (readonly [mediaType: string, begins: (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => bytes.toString('hex', 0, 8) === '89504e470d0a1a0a'],
  ['image/jpeg', (bytes) => bytes.toString('hex', 0, 3) === 'ffd8ff'],
  ['image/gif', (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1'))],
  ['image/webp', (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'],
];
/** In base64 characters. */
const signatureLength = 16;

/** Media types that some clients send and vendors do not accept. */
const otherNames: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg' };

/**
 * Determines the media type of an image from its first bytes, because vendors reject an image with a wrong type. If the
 * bytes are unknown, the standard name of the client's type is used.
 */
export function imageTypeOf({ mediaType, data }: MediaSource & { readonly type: 'base64' }): string {
  const bytes = Buffer.from(data.slice(0, signatureLength), 'base64');
  const found = signatures.find(([, begins]) => begins(bytes));
  return found?.[0] ?? otherNames[mediaType] ?? mediaType;
}

export function isVideo({ mediaType }: MediaSource): boolean {
  return /^video\//i.test(mediaType ?? '');
}
