import { createHash } from 'node:crypto';

/** What Claude and GPT take as the name of a tool, and Claude as the id of a call (dialect notes, sections 2 and 3). */
const longest = 64;
const plain = /^[a-zA-Z0-9_-]{1,64}$/;

export function isPlainIdentifier(text: string): boolean {
  return plain.test(text);
}

/**
 * An identifier in that alphabet: the same for the same text, whenever and wherever it is asked for, and another for
 * another text.
 */
export function toPlainIdentifier(text: string): string {
  if (isPlainIdentifier(text)) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const readable = text.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, longest - hash.length - 1);
  return `${readable}_${hash}`;
}

/** The identifier with a number behind it. @param most how many characters it may have */
export function countIdentifier(identifier: string, count: number, most = longest): string {
  const suffix = `_${count}`;
  return identifier.slice(0, most - suffix.length) + suffix;
}
