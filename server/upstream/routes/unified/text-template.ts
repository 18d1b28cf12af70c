import { isDeepStrictEqual } from 'node:util';
import type { ConversationEvent } from '../../../conversation/events.ts';
import { parseJson } from '../../../lib/json.ts';
import { AnswerReader } from './answer-reader.ts';

/** A piece of text that a frame says, and nothing else. */
interface TextPiece {
  readonly choice: number;
  readonly text: string;
}

/**
 * The fast path of streams. The frames of one stream are alike but for the text in them: once the bytes around the text
 * literal are known, a frame that begins and ends with them need not be parsed. What it reads is exactly what parsing
 * the frame would say; whatever does not fit is left to the parser.
 */
export interface TextTemplate {
  /** @returns undefined when the frame has to be parsed */
  read(data: string): TextPiece | undefined;
  /** Looks at a frame that had to be parsed, and what it said, for the frames to come. */
  learn(data: string, events: readonly ConversationEvent[]): void;
}

/** Learning costs a few parses: streams of a few frames do without, and frames that are never alike end it. */
const firstLesson = 3;
const lastLesson = 8;

/** V8 copies slices below this length; longer ones would keep the whole read alive as long as their text. */
const copiedSliceLength = 13;

/** What cannot stand as it is between the quotes of a JSON string, or stands for something else there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const special = /["\\\u0000-\u001f]/;

export function createTextTemplate(): TextTemplate {
  let choice = 0;
  let prefix = '';
  let suffix = '';
  let lessons = 0;

  return {
    read(data) {
      const end = data.length - suffix.length;
      if (prefix === '' || end < prefix.length) return undefined;
      if (data.slice(0, prefix.length) !== prefix || data.slice(end) !== suffix) return undefined;
      const literal = data.slice(prefix.length, end);
      if (literal.length < copiedSliceLength && !special.test(literal)) return { choice, text: literal };
      const text = parseJson(`"${literal}"`);
      return typeof text === 'string' ? { choice, text } : undefined;
    },
    learn(data, events) {
      const [event] = events;
      if (lessons > lastLesson || events.length !== 1 || event?.type !== 'text-delta') return;
      lessons += 1;
      if (lessons < firstLesson) return;
      const literal = JSON.stringify(event.text);
      const start = data.indexOf(literal);
      if (start === -1) return;
      const before = data.slice(0, start + 1);
      const after = data.slice(start + literal.length - 1);
      if (!isTemplate(before, after, event.choice)) return;
      choice = event.choice;
      prefix = before;
      suffix = after;
    },
  };
}

/**
 * An experiment: put between these, does another text come out as that text, and nothing else happen to the answer? A
 * usage, a second choice or a reason to finish in the frame would show; against two answers so far, for a frame may say
 * again what one of them has.
 */
function isTemplate(before: string, after: string, choice: number): boolean {
  const text = 'a text that no frame has';
  const value = parseJson(`${before}${text}${after}`);
  if (value === undefined) return false;
  return (['length', 'stop'] as const).every((reason, tokens) => {
    const reader = new AnswerReader(() => '');
    const usage = { prompt_tokens: tokens, completion_tokens: tokens };
    reader.read({ choices: [{ index: choice, message: { content: 'a' }, finish_reason: reason }], usage }, []);
    const events: ConversationEvent[] = [];
    reader.read(value, events);
    reader.end(events);
    return isDeepStrictEqual(events, [
      { type: 'text-delta', choice, text },
      { type: 'finish', choice, reason },
    ]);
  });
}
