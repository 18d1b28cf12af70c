import { hash } from 'node:crypto';
import type { Message } from './request.ts';

/** So much of each message tells conversations apart; more would only cost time. */
const longestText = 2048;

/**
 * A short key that stays the same as a conversation grows: of its first instruction and its first user message, which
 * no later turn changes. For requests that bring no key of their own.
 */
export function deriveAffinityKey(messages: readonly Message[]): string {
  const instruction = messages.find((message) => message.role === 'system' || message.role === 'developer');
  const user = messages.find((message) => message.role === 'user');
  return hash('sha256', `${openingText(instruction)}\0${openingText(user)}`, 'base64url').slice(0, 22);
}

function openingText(message: Message | undefined): string {
  let text = '';
  for (const part of message?.content ?? []) {
    if (part.type === 'text') text += part.text.slice(0, longestText - text.length);
  }
  return text;
}
