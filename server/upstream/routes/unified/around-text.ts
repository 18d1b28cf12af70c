import type { ConversationEvent } from '../../../conversation/events.ts';
import { type ByteString, isAsciiText, isWholeText } from '../../../lib/byte-string.ts';
import { skipString, stringContent } from '../../../lib/scan-json.ts';

/** Bytes; looking for text in longer answers would save little of what they take. */
const largestAnswer = 1024 * 1024;
/** Stands where the text was. */
const mark = '\u007ftext\u007f';
const opening = /"(?:text|content)"\s*:\s*"/;

/**
 * The fast path of whole answers: their text is cut out and passed on as it stands, and all the rest is read with a mark in
 * its place. When the mark comes out as a piece of text, so would have what it stands for; else the answer is left to be
 * read whole.
 *
 * @param bytes the answer; what is no text in them is for the reading of the whole to replace
 * @param read reads an answer's JSON
 * @returns what `read` would say of the whole body, or undefined
 */
export function readAroundText(
  bytes: ByteString,
  read: (json: string) => readonly ConversationEvent[],
): ConversationEvent[] | undefined {
  if (bytes.length > largestAnswer) return undefined;
  const found = opening.exec(bytes);
  if (found === null || bytes.includes(mark)) return undefined;
  const start = found.index + found[0].length;
  const end = skipString(bytes, start - 1) - 1;
  const literal = bytes.slice(start, end);
  if (end <= start || !stringContent.test(literal) || !isWholeText(literal)) return undefined;
  const rest = bytes.slice(0, start) + mark + bytes.slice(end);
  return isAsciiText(rest) ? putBack(literal, read(rest)) : undefined;
}

function putBack(literal: ByteString, events: readonly ConversationEvent[]): ConversationEvent[] | undefined {
  let found = false;
  const whole = events.map((event): ConversationEvent => {
    if (event.type !== 'text-delta' || event.text !== mark) return event;
    found = true;
    return { type: 'text-literals', choice: event.choice, literals: [literal] };
  });
  return found && !whole.some((event) => event.type === 'failure') ? whole : undefined;
}
