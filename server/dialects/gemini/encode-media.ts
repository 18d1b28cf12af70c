import { Failure } from '../../conversation/failure.ts';
import { imageTypeOf } from '../../conversation/media-type.ts';
import type { AudioPart, DocumentPart, ImagePart, MediaSource } from '../../conversation/message.ts';
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
    const mimeType = part.type === 'image' ? imageTypeOf(source) : source.mediaType;
    return { inlineData: { ...readRecord(inlineData), mimeType, data: source.data } };
  }
  if (isRecord(fileData)) return { fileData: { ...fileData, fileUri: source.url } };
  const message = `Invalid '${path}': neither the gateway nor this model fetches ${nouns[part.type]} from URLs. Send the data as base64.`;
  throw new Failure('invalid-request', message, { reason: 'unsupported-value', parameter: path, fault: 'request' });
}

const nouns = { image: 'images', audio: 'audio', document: 'documents' } as const;
