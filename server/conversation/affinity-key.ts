import { crc32 } from 'node:zlib';
import { type ByteString, toByteString } from '../lib/byte-string.ts';
import type { Message } from './message.ts';

/** How many bytes of each message are hashed. More would take time and hardly distinguish more conversations. */
const maxTextLength = 2048;

/**
 * Derives a short key that stays the same as a conversation grows: checksums of the first instruction and the first
 * user message, which later turns do not change. Used for requests without a key of their own. A collision only makes
 * two conversations share a credential, so a checksum is enough.
 *
 * @param encode returns the bytes of a text; it is called with the beginning of long texts only
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
    const rest = maxTextLength - opening.length;
    // One character more, so that a surrogate pair at the limit is not split.
    if (part.type === 'text') opening += encode(part.text.slice(0, rest + 1)).slice(0, rest);
  }
  return opening;
}
