import { Buffer } from 'node:buffer';
import type { MediaSource } from './message.ts';

/** How images begin, in bytes. */
const signatures: readonly (readonly [mediaType: string, begins: (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => bytes.toString('hex', 0, 8) === '89504e470d0a1a0a'],
  ['image/jpeg', (bytes) => bytes.toString('hex', 0, 3) === 'ffd8ff'],
  ['image/gif', (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1'))],
  ['image/webp', (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'],
];
/** In characters of base64. */
const longestBeginning = 16;

/** Names that clients use for a type, and vendors do not know. */
const otherNames: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg' };

/**
 * The media type of an image. Vendors refuse an image that is not what its type says, so its own first bytes decide where
 * they tell; else the type's usual name.
 */
export function imageTypeOf({ mediaType, data }: MediaSource & { readonly type: 'base64' }): string {
  const bytes = Buffer.from(data.slice(0, longestBeginning), 'base64');
  const found = signatures.find(([, begins]) => begins(bytes));
  return found?.[0] ?? otherNames[mediaType] ?? mediaType;
}
