import { Buffer } from 'node:buffer';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { attachProofs } from './attach-proofs.ts';
import { imageTypeOf } from './media-type.ts';
import type { ImagePart, MediaSource, Message, Part } from './message.ts';
import type { TranslationLog } from './translation.ts';

/*
 * Images that a model generated. Not every API has a field for them: in an answer of such an API, a text tells the
 * client about the image. Most models do not accept images in their own earlier turns: they get them from the user.
 */

/** Describes an image for an API that has no field for images in answers. @param api the API's name */
export function describeGeneratedImage(source: MediaSource, api: string): string {
  if (source.type === 'url') return `[The model generated an image: ${source.url}]`;
  const bytes = Buffer.byteLength(source.data, 'base64');
  return `[The model generated an image (${imageTypeOf(source)}, ${bytes} bytes). ${api} cannot show it.]`;
}

/** The types of images that all vendors accept. */
const commonTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/**
 * Moves the images in assistant messages to the user message that follows each of them, behind its tool results. A user
 * message is inserted if none follows. An image that a user message cannot contain becomes a text.
 *
 * @param stays true for an image that the API accepts where it is
 * @returns the same array if no assistant message has an image
 */
export function moveGeneratedImages(
  messages: readonly Message[],
  notes: TranslationLog,
  stays: (image: ImagePart) => boolean = () => false,
): readonly Message[] {
  const isMoved = (part: Part) => part.type === 'image' && !stays(part);
  const hasMoved = ({ role, parts }: Message) => role === 'assistant' && parts.some(isMoved);
  if (!messages.some(hasMoved)) return messages;
  const moved: Message[] = [];
  let images: readonly Part[] = [];
  for (const message of messages) {
    if (images.length > 0) {
      moved.push(message.role === 'user' ? withImages(message, images) : { role: 'user', parts: images });
      images = [];
      if (message.role === 'user') continue;
    }
    if (!hasMoved(message)) {
      moved.push(message);
      continue;
    }
    const parts = attachProofs(message.parts);
    images = parts.filter(isMoved).flatMap(toUserParts);
    moved.push({ ...message, parts: whatRemains(parts.filter((part) => !isMoved(part))) });
  }
  if (images.length > 0) moved.push({ role: 'user', parts: images });
  notes.changed('messages', 'An image that the assistant generated was moved to a user message.');
  return moved;
}

function toUserParts(part: Part): Part[] {
  if (part.type !== 'image') return [];
  const { source, detail } = part;
  if (source.type === 'url') return [{ type: 'text', text: `(The assistant generated this image: ${source.url})` }];
  const mediaType = imageTypeOf(source);
  if (!commonTypes.has(mediaType)) {
    return [{ type: 'text', text: `(The assistant generated an image of the type ${mediaType}.)` }];
  }
  const image: ImagePart = { type: 'image', source: { ...source, mediaType }, ...withoutUndefined({ detail }) };
  return [{ type: 'text', text: '(The assistant generated this image:)' }, image];
}

/** Keeps the turn, even if it has no other parts. */
function whatRemains(parts: readonly Part[]): readonly Part[] {
  const isVisible = parts.some((part) => part.type !== 'reasoning');
  return isVisible ? parts : [...parts, { type: 'text', text: '(Image generated.)' }];
}

function withImages(message: Message, images: readonly Part[]): Message {
  const { parts } = message;
  const end = parts.findLastIndex((part) => part.type === 'tool-result') + 1;
  return { ...message, parts: [...parts.slice(0, end), ...images, ...parts.slice(end)] };
}
