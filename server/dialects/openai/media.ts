import { Buffer } from 'node:buffer';
import type { MediaSource } from '../../conversation/message.ts';
import { requireWholeText } from '../../lib/abridged-body.ts';

const dataUrl = /^data:([^;,]*)((?:;[^;,]*)*),/i;
/** As nearly everybody writes them. */
const usualDataUrl = /^data:[a-z\d.+-]+\/[a-z\d.+-]+;base64,/;
const anyDataUrl = /^data:/i;
/** A header is short: no pattern is to run through megabytes of data. */
const longestHeader = 300;

/** A URL as the language has it: data in the URL itself, or where it is. Media types are in lower case. */
export function readMedia(url: string): MediaSource {
  const header = dataUrl.exec(url.slice(0, longestHeader));
  if (header === null) return { type: 'url', url };
  const [whole, type = '', parameters = ''] = header;
  const mediaType = type === '' ? 'text/plain' : type.toLowerCase();
  const data = url.slice(whole.length);
  if (/;base64$/i.test(parameters)) return { type: 'base64', mediaType, data };
  return { type: 'base64', mediaType, data: Buffer.from(decodePercent(data), 'utf8').toString('base64') };
}

/** A file's data: a data URL, another one, or base64 alone. @param usualType the media type of data that names none */
export function readFileData(data: string, usualType: string): MediaSource {
  const beginning = data.slice(0, longestHeader);
  return /^[a-z][a-z\d+.-]*:/i.test(beginning) ? readMedia(data) : { type: 'base64', mediaType: usualType, data };
}

/** True when writing what was read of a URL gives the same URL. */
export function isPlainMediaUrl(url: string): boolean {
  const beginning = url.slice(0, longestHeader);
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
