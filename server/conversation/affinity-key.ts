import { crc32 } from 'node:zlib';
import { type ByteString, toByteString } from '../lib/byte-string.ts';
import type { Message } from './message.ts';

/** Bytes of each message that are compared. More would cost time and tell no more conversations apart. */
const longestText = 2048;

/**
 * A short key that stays the same as a conversation grows: of its first instruction and its first user message, which
 * no later turn changes. For requests that bring no key of their own. Conversations with the same one by chance merely
 * share a credential, so checksums do.
 *
 * @param encode the bytes of a text; it is only asked for the beginning of long ones
 */
export function deriveAffinityKey(
  messages: readonly Message[],
  encode: (text: string) => ByteString = toByteString,
): string {
  const instruction = messages.find((message) => message.role === 'system' || message.role === 'developer');
  const user = messages.find((message) => message.role === 'user');
  return `${crc32(openingText(instruction, encode))}-${crc32(openingText(user, encode))}`;
}

function openingText(message: Message | undefined, encode: (text: string) => ByteString): string {
  let opening = '';
  for (const part of message?.parts ?? []) {
    const rest = longestText - opening.length;
    // One more, for it may be the other half of a pair that would be cut.
    if (part.type === 'text') opening += encode(part.text.slice(0, rest + 1)).slice(0, rest);
  }
  return opening;
}
