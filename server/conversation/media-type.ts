import { readBase64ImageFormat } from '../lib/image-format.ts';
import { ownEntry } from '../lib/own-entry.ts';
import type { MediaSource } from './message.ts';

/** Media types that some clients send and vendors do not accept. */
const otherNames: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg' };

/**
 * Determines the media type of an image from its first bytes, because vendors reject an image with a wrong type. If the
 * bytes are unknown, the standard name of the client's type is used.
 */
export function imageTypeOf({ mediaType, data }: MediaSource & { readonly type: 'base64' }): string {
  const format = readBase64ImageFormat(data);
  return format === undefined ? (ownEntry(otherNames, mediaType) ?? mediaType) : `image/${format}`;
}

export function isVideo({ mediaType }: MediaSource): boolean {
  return /^video\//i.test(mediaType ?? '');
}
