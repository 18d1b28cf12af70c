import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';
import { ownEntry } from '../../lib/own-entry.ts';

/*
 * Content parts of OpenAI's APIs, which some clients also send in Messages requests.
 */

const forms: Readonly<Record<string, (part: JsonRecord) => JsonRecord | undefined>> = {
  input_text: ({ type: _type, ...rest }) => ({ ...rest, type: 'text' }),
  output_text: ({ text }) => ({ type: 'text', text }),
  refusal: ({ refusal }) => ({ type: 'text', text: refusal }),
  image_url: toImage,
  input_image: toImage,
  file: ({ file, cache_control }) => toDocument(readRecord(file), cache_control),
  input_file: (part) => toDocument(part, part.cache_control),
};

/** Converts a part of OpenAI's APIs to the block of this API that it stands for. Returns other values as they are. */
export function fromOpenaiPart(value: unknown): unknown {
  if (!isRecord(value) || typeof value.type !== 'string') return value;
  return ownEntry(forms, value.type)?.(value) ?? value;
}

function toImage({ image_url: image, cache_control }: JsonRecord): JsonRecord | undefined {
  const url = isRecord(image) ? image.url : image;
  return typeof url === 'string' ? { type: 'image', source: { type: 'url', url }, cache_control } : undefined;
}

function toDocument(
  { file_data: data, file_url: url, file_id: id, filename: title }: JsonRecord,
  cacheControl: unknown,
): JsonRecord | undefined {
  const source = sourceOf(data, url, id);
  return source && { type: 'document', source, title, cache_control: cacheControl };
}

function sourceOf(data: unknown, url: unknown, id: unknown): JsonRecord | undefined {
  if (typeof data === 'string') {
    const isUrl = data.startsWith('data:');
    return isUrl ? { type: 'url', url: data } : { type: 'base64', media_type: 'application/pdf', data };
  }
  if (typeof url === 'string') return { type: 'url', url };
  return typeof id === 'string' ? { type: 'file', file_id: id } : undefined;
}
