import { createHash } from 'node:crypto';

const openingLength = 60;

/** Identifies a conversation: a hash of its first message, and that message's first words as a readable label. */
export type Conversation = { readonly conversation: string; readonly opening: string };

/** Identifies a conversation by its first message; breakpoints in it make no difference. */
export function identifyConversation(firstMessage: unknown, firstText: string): Conversation {
  const written = JSON.stringify(firstMessage, (name, held: unknown) => (name === 'cache_control' ? undefined : held));
  return {
    conversation: createHash('sha256')
      .update(written ?? '')
      .digest('hex')
      .slice(0, 12),
    opening: firstText.slice(0, openingLength),
  };
}
