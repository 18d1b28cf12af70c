import { hash } from 'node:crypto';

/** OpenAI takes no longer ones. */
const longest = 64;
const plain = /^[\w-]{1,64}$/;

/** An id that OpenAI's API and its clients take, the same for the same id. */
export function toCallId(id: string): string {
  if (plain.test(id)) return id;
  return `call_${hash('sha256', id, 'base64url')}`.slice(0, longest);
}
