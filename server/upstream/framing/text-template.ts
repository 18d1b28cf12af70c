import type { BlockDelta, ConversationEvent, JsonLiteral } from '../../conversation/events.ts';
import { asByteString, type ByteString, copyByteString, toByteString } from '../../lib/byte-string.ts';
import { parseJsonExactly } from '../../lib/json.ts';
import { stringContent } from '../../lib/scan-json.ts';
import type { FrameReading } from './decoder.ts';
import type { TextFastPath } from './text-fast-path.ts';

/** Frames in a row, each of which says a piece of text and nothing else. */
interface TextRun {
  readonly choice: number;
  /** The pieces as they stand between the quotes of a JSON string, valid there; empty ones are left out. */
  readonly literals: readonly JsonLiteral[];
  /** Where the lines go on behind the frames. */
  readonly end: number;
}

/**
 * The fast path of streams. The frames of one stream are alike but for the text in them: once the bytes around the text
 * literal are known, a frame that begins and ends with them need not be parsed. What it reads is exactly what parsing
 * the frames would say; whatever does not fit is left to the parser.
 */
export interface TextTemplate {
  /**
   * @param lines whole lines of a stream of events, ended by LF
   * @returns undefined when the frame that begins at `start` has to be parsed
   */
  readRun(lines: ByteString, start: number): TextRun | undefined;
  /** Looks at a frame that had to be parsed, and what it said, for the frames to come. */
  learn(data: string, events: readonly ConversationEvent[]): void;
}

/** What is the same in the frames of text, quotes included. */
interface FrameTemplate {
  readonly choice: number;
  /** From the beginning of the line. */
  readonly opening: ByteString;
  readonly suffix: ByteString;
  /** From the suffix of one frame to the opening of the next; made when two first come at once. */
  between: ByteString | undefined;
}

const fieldName = 'data:';
const spacedName = 'data: ';
const lineFeed = 10;

/** A lesson costs two parses; frames that are never alike end it. */
const mostLessons = 8;

export function createTextTemplate(reading: Pick<FrameReading, 'createReader'>, fastPath: TextFastPath): TextTemplate {
  return new LearntTemplate(reading, fastPath);
}

class LearntTemplate implements TextTemplate {
  readonly #reading: Pick<FrameReading, 'createReader'>;
  readonly #fastPath: TextFastPath;
  #template: FrameTemplate | undefined;
  #lessons = 0;

  constructor(reading: Pick<FrameReading, 'createReader'>, fastPath: TextFastPath) {
    this.#reading = reading;
    this.#fastPath = fastPath;
  }

  readRun(lines: ByteString, start: number): TextRun | undefined {
    if (this.#template === undefined) return undefined;
    const name = nameAt(lines, start);
    const known = nameAt(this.#template.opening, 0);
    if (name !== known) {
      const opening = copyByteString(asByteString(name + this.#template.opening.slice(known.length)));
      this.#template = { ...this.#template, opening, between: undefined };
    }
    return readRun(this.#template, lines, start);
  }

  learn(data: string, events: readonly ConversationEvent[]): void {
    if (this.#lessons === mostLessons) return;
    const event = onlyText(events);
    if (event === undefined) return;
    this.#lessons += 1;
    // A frame of several lines is joined from them.
    if (data.includes('\n')) return;
    const usual = JSON.stringify(event.text);
    const literal = data.includes(usual) ? usual : escapeBeyondAscii(usual);
    const start = data.indexOf(literal);
    if (start === -1) return;
    const before = data.slice(0, start + 1);
    const after = data.slice(start + literal.length - 1);
    if (!this.#isTemplate(before, after, event.choice)) return;
    const opening = copyByteString(asByteString(spacedName + toByteString(before)));
    this.#template = { choice: event.choice, opening, suffix: copyByteString(toByteString(after)), between: undefined };
  }

  /**
   * An experiment: put between these, does another text come out as that text, and nothing else happen to the answer? A
   * usage, a second choice or a reason to finish in the frame would show; against two answers so far, for a frame may say
   * again what one of them has.
   */
  #isTemplate(before: string, after: string, choice: number): boolean {
    const text = 'a text that no frame has';
    const value = parseJsonExactly(`${before}${text}${after}`);
    if (value === undefined) return false;
    return (['length', 'stop'] as const).every((reason, tokens) => {
      const reader = this.#reading.createReader();
      reader.read(this.#fastPath.makeFrame(choice, 'a', reason, tokens), []);
      const events: ConversationEvent[] = [];
      reader.read(value, events);
      reader.end(events);
      const [said, ended, finish, ...others] = events;
      if (said?.type !== 'block-delta' || ended?.type !== 'block-end' || finish?.type !== 'finish') return false;
      if (others.length > 0 || said.kind !== 'text' || said.text !== text || finish.reason !== reason) return false;
      return [said, ended, finish].every((event) => event.choice === choice);
    });
  }
}

/** The text that a frame said, when that is all it said beside beginning. */
function onlyText(events: readonly ConversationEvent[]): BlockDelta | undefined {
  let said: BlockDelta | undefined;
  for (const event of events) {
    if (event.type === 'start') continue;
    if (event.type === 'block-start' && event.kind === 'text' && said === undefined) continue;
    if (event.type !== 'block-delta' || event.kind !== 'text' || said !== undefined) return undefined;
    said = event;
  }
  return said;
}

/** The name of a line's field, with the space behind it if there is one. */
function nameAt(lines: ByteString, start: number): string {
  return lines[start + fieldName.length] === ' ' ? spacedName : fieldName;
}

/** Some write JSON so. */
function escapeBeyondAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function readRun(template: FrameTemplate, lines: ByteString, start: number): TextRun | undefined {
  const { choice, opening, suffix } = template;
  const literals: JsonLiteral[] = [];
  let next = start;
  let opened = false;
  while (opened || lines.slice(next, next + opening.length) === opening) {
    const open = next + opening.length;
    const lineEnd = lines.indexOf('\n', open);
    const close = lineEnd - suffix.length;
    if (close < open) break;
    opened = isFollowed(template, lines, close);
    if (!opened && lines.slice(close, lineEnd) !== suffix) break;
    const literal = lines.slice(open, close);
    if (!stringContent.test(literal)) break;
    if (literal !== '') literals.push(asByteString(literal) as JsonLiteral);
    // The line is a frame by itself; the blank line behind it, if there is one, closes nothing.
    next = lines.charCodeAt(lineEnd + 1) === lineFeed ? lineEnd + 2 : lineEnd + 1;
  }
  return next === start ? undefined : { choice, literals, end: next };
}

/** One comparison for the end of a frame, from its suffix on, and the beginning of one that follows. */
function isFollowed(template: FrameTemplate, lines: ByteString, close: number): boolean {
  const { opening, suffix } = template;
  if (close + suffix.length + opening.length > lines.length) return false;
  template.between ??= copyByteString(asByteString(`${suffix}\n\n${opening}`));
  return lines.slice(close, close + template.between.length) === template.between;
}
