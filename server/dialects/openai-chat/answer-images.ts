import type { ImagePart, MediaSource } from '../../conversation/message.ts';
import { readMedia } from '../../conversation/read-media.ts';
import { isRecord, type JsonRecord, readText } from '../../lib/json.ts';
import { urlOf } from '../openai/encode-media.ts';

/*
 * `images` of assistant messages, as defined by OpenRouter
 * (https://openrouter.ai/docs/features/multimodal/image-generation) and LiteLLM. Chat Completions itself has no field
 * for images in answers.
 */

/** @param index the image's position in the message. OpenAI's Python SDK requires it to join the lists of a stream. */
export function encodeImage(source: MediaSource, index: number): JsonRecord {
  return { type: 'image_url', index, image_url: { url: urlOf(source) } };
}

/** Identifies an image of a message in `reasoning_details`. */
export function imageId(index: number): string {
  return `image_${index}`;
}

/** Reads an entry of `images`, or a content part with an image. @returns undefined for anything else */
export function readImage(value: unknown): ImagePart | undefined {
  const url = readUrl(value);
  return url === undefined ? undefined : { type: 'image', source: readMedia(url) };
}

function readUrl(value: unknown): string | undefined {
  if (typeof value === 'string') return readText(value);
  if (!isRecord(value)) return undefined;
  const image = value.image_url ?? value.image;
  return readText(isRecord(image) ? image.url : image);
}
