import type { MediaSource } from '../../conversation/message.ts';

const dataUrl = /^data:([^;,]*)((?:;[^;,]*)*),/i;
/** A header is short: the pattern is not to run through megabytes of data. */
const longestHeader = 300;

/**
 * A data URL or another one as the language has it.
 *
 * @param usualType the media type of data that names none
 */
export function readMedia(url: string, usualType = 'application/octet-stream'): MediaSource {
  const header = dataUrl.exec(url.slice(0, longestHeader));
  if (header === null) return isUrl(url) ? { type: 'url', url } : { type: 'base64', mediaType: usualType, data: url };
  const [whole, type = '', parameters = ''] = header;
  const mediaType = type === '' ? usualType : type.toLowerCase();
  const data = url.slice(whole.length);
  if (/;base64$/i.test(parameters)) return { type: 'base64', mediaType, data };
  return { type: 'base64', mediaType, data: Buffer.from(decodeText(data), 'utf8').toString('base64') };
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z\d+.-]{0,30}:/i.test(text.slice(0, longestHeader));
}

function decodeText(data: string): string {
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}
