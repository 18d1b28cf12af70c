import { hash } from 'node:crypto';

/** In characters. OpenAI's limit for ids of calls and items. */
export const maxIdLength = 64;
const plain = /^[\w-]{1,64}$/;

/** Converts an id to one that OpenAI's API and its clients accept. The same id always gives the same result. */
export function toCallId(id: string): string {
  if (plain.test(id)) return id;
  return `call_${hash('sha256', id, 'base64url')}`.slice(0, maxIdLength);
}
