import type { ConversationEvent, JsonLiteral } from '../../conversation/events.ts';
import { asByteString, isAsciiText, isWholeText } from '../../lib/byte-string.ts';
import { skipString, stringContent } from '../../lib/scan-json.ts';

/** Largest answer read this way, in bytes. For longer ones the saving is small. */
const maxAnswerBytes = 1024 * 1024;
/** Replaces the text while the rest is parsed. */
const placeholder = '\u007ftext\u007f';
const opening = /"(?:text|content)"\s*:\s*"/;

/**
 * The fast path for non-streamed answers. It cuts the text out, passes it on unparsed, and parses the rest with a
 * placeholder in its place. If the placeholder comes out as a piece of text, so would the original text; otherwise the
 * answer has to be parsed whole.
 *
 * @param bytes the answer, one character per byte; invalid UTF-8 is left to the full parse
 * @param read parses an answer's JSON
 * @returns the same events as `read` of the whole body, or undefined when the fast path does not apply
 */
export function readAroundText(
  bytes: string,
  read: (json: string) => readonly ConversationEvent[],
): ConversationEvent[] | undefined {
  if (bytes.length > maxAnswerBytes) return undefined;
  const found = opening.exec(bytes);
  if (found === null || bytes.includes(placeholder)) return undefined;
  const start = found.index + found[0].length;
  const end = skipString(bytes, start - 1) - 1;
  const literal = bytes.slice(start, end);
  if (end <= start || !stringContent.test(literal) || !isWholeText(asByteString(literal))) return undefined;
  const rest = bytes.slice(0, start) + placeholder + bytes.slice(end);
  return isAsciiText(rest) ? putBack(asByteString(literal) as JsonLiteral, read(rest)) : undefined;
}

function putBack(literal: JsonLiteral, events: readonly ConversationEvent[]): ConversationEvent[] | undefined {
  let found = false;
  const whole = events.map((event): ConversationEvent => {
    if (event.type !== 'block-delta' || event.kind !== 'text' || event.text !== placeholder) return event;
    found = true;
    return { type: 'block-literals', choice: event.choice, block: event.block, literals: [literal] };
  });
  return found && !whole.some((event) => event.type === 'failure') ? whole : undefined;
}
