import { Buffer } from 'node:buffer';
import type { MediaSource } from './message.ts';

/** How images begin, in bytes a character each. */
const signatures: readonly (readonly [mediaType: string, beginning: RegExp])[] = [
  ['image/png', /^\u0089PNG\r\n\u001a\n/],
  ['image/jpeg', /^\u00ff\u00d8\u00ff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
];
/** Base64 of the longest beginning. */
const longestBeginning = 16;

/** Names that clients use for a type, and vendors do not know. */
const otherNames: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg' };

/**
 * The media type of an image. Vendors refuse an image that is not what its type says, so its own first bytes decide where
 * they tell; else the type's usual name.
 */
export function imageTypeOf({ mediaType, data }: MediaSource & { readonly type: 'base64' }): string {
  const beginning = Buffer.from(data.slice(0, longestBeginning), 'base64').toString('latin1');
  const found = signatures.find(([, signature]) => signature.test(beginning));
  return found?.[0] ?? otherNames[mediaType] ?? mediaType;
}
