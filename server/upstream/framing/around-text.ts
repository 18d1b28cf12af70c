import type { ConversationEvent, JsonLiteral } from '../../conversation/events.ts';
import { asByteString, isAsciiText, isWholeText } from '../../lib/byte-string.ts';
import { skipString, stringContent } from '../../lib/scan-json.ts';

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
 * @param bytes the answer, a character for each byte; what is no text in them is for the reading of the whole to replace
 * @param read reads an answer's JSON
 * @returns what `read` would say of the whole body, or undefined
 */
export function readAroundText(
  bytes: string,
  read: (json: string) => readonly ConversationEvent[],
): ConversationEvent[] | undefined {
  if (bytes.length > largestAnswer) return undefined;
  const found = opening.exec(bytes);
  if (found === null || bytes.includes(mark)) return undefined;
  const start = found.index + found[0].length;
  const end = skipString(bytes, start - 1) - 1;
  const literal = bytes.slice(start, end);
  if (end <= start || !stringContent.test(literal) || !isWholeText(asByteString(literal))) return undefined;
  const rest = bytes.slice(0, start) + mark + bytes.slice(end);
  return isAsciiText(rest) ? putBack(asByteString(literal) as JsonLiteral, read(rest)) : undefined;
}

function putBack(literal: JsonLiteral, events: readonly ConversationEvent[]): ConversationEvent[] | undefined {
  let found = false;
  const whole = events.map((event): ConversationEvent => {
    if (event.type !== 'block-delta' || event.kind !== 'text' || event.text !== mark) return event;
    found = true;
    return { type: 'block-literals', choice: event.choice, block: event.block, literals: [literal] };
  });
  return found && !whole.some((event) => event.type === 'failure') ? whole : undefined;
}
