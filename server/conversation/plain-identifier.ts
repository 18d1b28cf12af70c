import { createHash } from 'node:crypto';

/** Claude and GPT accept these as tool names, and Claude as ids of tool calls. */
const maxLength = 64;
const plain = /^[a-zA-Z0-9_-]{1,64}$/;

export function isPlainIdentifier(text: string): boolean {
  return plain.test(text);
}

/**
 * Converts a text to an identifier of at most 64 letters, digits, hyphens and underscores. The result depends on the
 * text alone, and different texts get different identifiers.
 */
export function toPlainIdentifier(text: string): string {
  if (isPlainIdentifier(text)) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const readable = text.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, maxLength - hash.length - 1);
  return `${readable}_${hash}`;
}

/**
 * Appends a number to an identifier, and shortens the identifier if necessary.
 *
 * @param limit maximum length of the result, in characters
 */
export function countIdentifier(identifier: string, count: number, limit = maxLength): string {
  const suffix = `_${count}`;
  return identifier.slice(0, limit - suffix.length) + suffix;
}
