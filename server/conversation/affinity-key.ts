import { hash } from 'node:crypto';
import { mostBytesPerUnit } from '../lib/byte-string.ts';
import type { Message } from './request.ts';

/** So much of each message tells conversations apart; more would only cost time. */
const longestText = 2048;
/** It is in so many bytes of UTF-8, at most. */
const mostBytes = mostBytesPerUnit * longestText;

/**
 * A short key that stays the same as a conversation grows: of its first instruction and its first user message, which
 * no later turn changes. For requests that bring no key of their own.
 *
 * @param decode what a text says, when it is not decoded yet
 */
export function deriveAffinityKey(messages: readonly Message[], decode: (text: string) => string = same): string {
  const instruction = messages.find((message) => message.role === 'system' || message.role === 'developer');
  const user = messages.find((message) => message.role === 'user');
  return hash('sha256', `${openingText(instruction, decode)}\0${openingText(user, decode)}`, 'base64url').slice(0, 22);
}

function same(text: string): string {
  return text;
}

function openingText(message: Message | undefined, decode: (text: string) => string): string {
  let text = '';
  for (const part of message?.content ?? []) {
    if (part.type === 'text') text += decode(part.text.slice(0, mostBytes)).slice(0, longestText - text.length);
  }
  return text;
}
