import { Buffer } from 'node:buffer';
import type { MediaSource } from '../../conversation/message.ts';
import { requireWholeText } from '../../lib/abridged-body.ts';

const dataUrl = /^data:([^;,]*)((?:;[^;,]*)*),/i;
/** The usual form. */
const usualDataUrl = /^data:[a-z\d.+-]+\/[a-z\d.+-]+;base64,/;
const anyDataUrl = /^data:/i;
/** In characters. Patterns are only matched against the beginning, not against megabytes of data. */
const maximumHeaderLength = 300;

/** Converts a URL to a media source: the data of a data URL, or the URL itself. Media types are in lower case. */
export function readMedia(url: string): MediaSource {
  const header = dataUrl.exec(url.slice(0, maximumHeaderLength));
  if (header === null) return { type: 'url', url };
  const [whole, type = '', parameters = ''] = header;
  const mediaType = type === '' ? 'text/plain' : type.toLowerCase();
  const data = url.slice(whole.length);
  if (/;base64$/i.test(parameters)) return { type: 'base64', mediaType, data };
  return { type: 'base64', mediaType, data: Buffer.from(decodePercent(data), 'utf8').toString('base64') };
}

/**
 * Reads the data of a file: a data URL, another URL, or plain base64. @param defaultType the media type of plain base64
 */
export function readFileData(data: string, defaultType: string): MediaSource {
  const beginning = data.slice(0, maximumHeaderLength);
  return /^[a-z][a-z\d+.-]*:/i.test(beginning) ? readMedia(data) : { type: 'base64', mediaType: defaultType, data };
}

/** True if decoding and encoding a URL results in the same URL. */
export function isPlainMediaUrl(url: string): boolean {
  const beginning = url.slice(0, maximumHeaderLength);
  return usualDataUrl.test(beginning) || !anyDataUrl.test(beginning);
}

function decodePercent(data: string): string {
  requireWholeText(data);
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}
