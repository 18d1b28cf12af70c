import { Failure } from '../../conversation/failure.ts';
import { imageTypeOf } from '../../conversation/media-type.ts';
import type { AudioPart, DocumentPart, ImagePart, MediaSource } from '../../conversation/message.ts';
import { isText } from '../../conversation/text-document.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import { geminiName } from './name.ts';

/**
 * Encodes media as `inlineData`. URLs are only sent if a Gemini client gave them as `fileData`.
 *
 * @param path the part's path in the request
 * @throws Failure `invalid-request` for other URLs, which neither the gateway nor the route fetches
 */
export function encodeMedia(part: ImagePart | AudioPart | DocumentPart, source: MediaSource, path: string): JsonRecord {
  const { inlineData, fileData } = vendorMembersOf(part.vendor, geminiName);
  if (source.type === 'base64') {
    const mimeType = mediaTypeFor(part.type, source);
    return { inlineData: { ...readRecord(inlineData), mimeType, data: source.data } };
  }
  if (isRecord(fileData)) return { fileData: { ...fileData, fileUri: source.url } };
  const message = `Invalid '${path}': neither the gateway nor this model fetches ${nouns[part.type]} from URLs. Send the data as base64.`;
  throw new Failure('invalid-request', message, { reason: reasons[part.type], parameter: path, fault: 'request' });
}

/** Gemini knows only some types of text. */
function mediaTypeFor(type: 'image' | 'audio' | 'document', source: MediaSource & { readonly type: 'base64' }): string {
  if (type === 'image') return imageTypeOf(source);
  return type === 'document' && isText(source) && !source.mediaType.startsWith('text/')
    ? 'text/plain'
    : source.mediaType;
}

const reasons = { image: 'unreadable-image', audio: 'unsupported-value', document: 'unreadable-document' } as const;
const nouns = { image: 'images', audio: 'audio', document: 'documents' } as const;
