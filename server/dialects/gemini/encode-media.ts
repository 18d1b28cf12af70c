import { Failure } from '../../conversation/failure.ts';
import { imageTypeOf } from '../../conversation/media-type.ts';
import type { AudioPart, DocumentPart, ImagePart, MediaSource } from '../../conversation/message.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import { geminiName } from './name.ts';

/**
 * Media as `inlineData`. An address is sent only when a Gemini client gave it, as `fileData`.
 *
 * @param path the part's place in the request
 * @throws Failure `invalid-request` for another address: nobody on the way fetches it
 */
export function encodeMedia(part: ImagePart | AudioPart | DocumentPart, source: MediaSource, path: string): JsonRecord {
  const { inlineData, fileData } = vendorMembersOf(part.vendor, geminiName);
  if (source.type === 'base64') {
    const mimeType = part.type === 'image' ? imageTypeOf(source) : source.mediaType;
    return { inlineData: { ...readRecord(inlineData), mimeType, data: source.data } };
  }
  if (isRecord(fileData)) return { fileData: { ...fileData, fileUri: source.url } };
  const message = `Invalid '${path}': this model reads ${nouns[part.type]} from the request alone, and the gateway fetches nothing. Send the data itself, as base64, in place of its address.`;
  throw new Failure('invalid-request', message, { reason: 'unsupported-value', parameter: path, fault: 'request' });
}

const nouns = { image: 'images', audio: 'audio', document: 'documents' } as const;
