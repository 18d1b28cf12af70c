import { Buffer } from 'node:buffer';
import { requireWholeText } from '../lib/abridged-body.ts';
import { readBase64ImageFormat } from '../lib/image-format.ts';
import { imageTypeOf } from './media-type.ts';
import type { MediaSource } from './message.ts';

const dataUrl = /^data:([^;,]*)((?:;[^;,]*)*),/i;
/** The usual form. */
const usualDataUrl = /^data:[a-z\d.+-]+\/[a-z\d.+-]+;base64,/;
const anyDataUrl = /^data:/i;
/** In characters. Patterns are only matched against the beginning, not against megabytes of data. */
const maxHeaderLength = 300;

/** Converts a URL to a media source: the data of a data URL, or the URL itself. Media types are in lower case. */
export function readMedia(url: string): MediaSource {
  const header = dataUrl.exec(url.slice(0, maxHeaderLength));
  if (header === null) return readBareImage(url) ?? { type: 'url', url };
  const [whole, type = '', parameters = ''] = header;
  const mediaType = type === '' ? 'text/plain' : type.toLowerCase();
  const data = url.slice(whole.length);
  if (/;base64$/i.test(parameters)) {
    return (
      (type === '' ? readBareImage(data) : undefined) ?? { type: 'base64', mediaType, data: toStandardBase64(data) }
    );
  }
  return { type: 'base64', mediaType, data: Buffer.from(decodePercent(data), 'utf8').toString('base64') };
}

/**
 * Reads the data of a file: a data URL, another URL, or plain base64. @param defaultType the media type of plain base64
 */
export function readFileData(data: string, defaultType: string): MediaSource {
  const beginning = data.slice(0, maxHeaderLength);
  if (/^[a-z][a-z\d+.-]*:/i.test(beginning)) return readMedia(data);
  return { type: 'base64', mediaType: defaultType, data: toStandardBase64(data) };
}

/** Some clients send an image as base64 where a URL belongs. @returns undefined for a URL */
function readBareImage(url: string): MediaSource | undefined {
  const format = readBase64ImageFormat(url);
  return format === undefined
    ? undefined
    : { type: 'base64', mediaType: `image/${format}`, data: toStandardBase64(url) };
}

/** Characters that `toStandardBase64` changes. Searching for each is twenty times faster than one pattern. */
const nonstandard: readonly string[] = ['-', '_', '\n', '\r', '\t', ' '];

/**
 * Converts base64 to the form that all vendors accept: the standard alphabet in one line, with padding. Google's clients
 * for Python send the URL-safe alphabet, and command-line tools wrap lines.
 */
export function toStandardBase64(data: string): string {
  if (!nonstandard.some((character) => data.includes(character))) return padded(data);
  requireWholeText(data);
  return padded(
    data
      .replaceAll(/[\n\r\t ]+/g, '')
      .replaceAll('-', '+')
      .replaceAll('_', '/'),
  );
}

/** One character alone cannot be completed. */
function padded(data: string): string {
  const over = data.length % 4;
  return over < 2 ? data : data + '='.repeat(4 - over);
}

/** True if decoding and encoding a URL results in the same URL. */
export function isPlainMediaUrl(url: string): boolean {
  const beginning = url.slice(0, maxHeaderLength);
  const header = usualDataUrl.exec(beginning)?.[0];
  if (header === undefined) return !anyDataUrl.test(beginning) && readBareImage(beginning) === undefined;
  const data = url.slice(header.length);
  return toStandardBase64(data) === data;
}

/** True if an image's URL is plain, and its media type is that of its content. */
export function isPlainImageUrl(url: string): boolean {
  const [header] = usualDataUrl.exec(url.slice(0, maxHeaderLength)) ?? [];
  if (header !== undefined) {
    const mediaType = header.slice('data:'.length, -';base64,'.length);
    if (imageTypeOf({ type: 'base64', mediaType, data: url.slice(header.length) }) !== mediaType) return false;
  }
  return isPlainMediaUrl(url);
}

/** True if a file's data is a plain data URL. */
export function isPlainFileData(data: string): boolean {
  return usualDataUrl.test(data.slice(0, maxHeaderLength)) && isPlainMediaUrl(data);
}

function decodePercent(data: string): string {
  requireWholeText(data);
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}
