import { Failure } from '../../conversation/failure.ts';
import { imageTypeOf } from '../../conversation/media-type.ts';
import type { MediaSource, Part } from '../../conversation/message.ts';
import { placeOf } from '../../conversation/part-places.ts';

/** The URL of media, with which OpenAI's APIs take data, too. */
export function urlOf(source: MediaSource): string {
  return source.type === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

/** The name of a file. OpenAI takes the type of a file from the end of its name, and titles of PDFs may lack it. */
export function filenameOf({ mediaType }: MediaSource, filename: string | undefined): string {
  if (filename === undefined) return 'document.pdf';
  return mediaType === 'application/pdf' && !/\.pdf$/i.test(filename) ? `${filename}.pdf` : filename;
}

/** The URL of an image, with the media type of its content: OpenAI rejects images with another one. */
export function imageUrlOf(source: MediaSource): string {
  return urlOf(source.type === 'base64' ? { ...source, mediaType: imageTypeOf(source) } : source);
}

/** Audio formats whose name in OpenAI's API differs from their media type. */
const audioFormats: ReadonlyMap<string, string> = new Map([
  ['mpeg', 'mp3'],
  ['wave', 'wav'],
  ['vnd.wave', 'wav'],
]);

/** OpenAI's name of an audio format. */
export function audioFormatOf(mediaType: string): string {
  const [type = ''] = mediaType.toLowerCase().split(';', 1);
  const format = type.trim().replace(/^audio\/(?:x-)?/, '');
  return audioFormats.get(format) ?? format;
}

/**
 * The failure for media that the API does not take.
 *
 * @param what with its verb: `Videos are`
 * @param member the request member to name if the part's place is not known
 */
export function refusedMedia(what: string, part: Part, member: string): Failure {
  const message = `${what} not supported on the only available route to this model.`;
  return new Failure('invalid-request', message, {
    reason: part.type === 'document' ? 'unreadable-document' : 'unsupported-value',
    parameter: placeOf(part, member),
    fault: 'request',
  });
}
