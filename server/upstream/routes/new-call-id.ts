import { randomBytes } from 'node:crypto';

/** The id of a tool call that came without one, in OpenAI's format. */
export function newCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`;
}
