import type { BlockDelta, ConversationEvent, JsonLiteral } from '../../conversation/events.ts';
import { asByteString, type ByteString, copyByteString, toByteString } from '../../lib/byte-string.ts';
import { parseJsonExactly } from '../../lib/json.ts';
import { stringContent } from '../../lib/scan-json.ts';
import type { FrameReading } from './frame-reading.ts';
import type { TextFastPath } from './text-fast-path.ts';

/** Consecutive frames that each contain one piece of text and nothing else. */
interface TextRun {
  readonly choice: number;
  /** The pieces as valid JSON string contents (without the quotes). Empty ones are left out. */
  readonly literals: readonly JsonLiteral[];
  /** The index after the last frame. */
  readonly end: number;
}

/**
 * The fast path for streams. The text frames of one stream differ only in their text: once the bytes around the text
 * literal are known, a frame that begins and ends with them need not be parsed. The result is exactly the same as
 * parsing the frames; a frame that does not match is left to the parser.
 */
export interface TextTemplate {
  /**
   * @param lines complete lines of an event stream, each ended by LF
   * @returns undefined when the frame at `start` has to be parsed
   */
  readRun(lines: ByteString, start: number): TextRun | undefined;
  /** Learns the template for later frames from a parsed frame and its events. */
  learn(data: string, events: readonly ConversationEvent[]): void;
}

/** The constant parts of the text frames, including the quotes. */
interface FrameTemplate {
  readonly choice: number;
  /** From the start of the line to the text. */
  readonly opening: ByteString;
  readonly suffix: ByteString;
  /** The suffix of one frame plus the opening of the next; created when two frames first arrive together. */
  between: ByteString | undefined;
}

const fieldName = 'data:';
const spacedName = 'data: ';
const lineFeed = 10;

/** Maximum attempts to learn a template. Each costs two parses, so streams of dissimilar frames stop trying. */
const maxLessons = 8;

export function createTextTemplate(reading: Pick<FrameReading, 'createReader'>, fastPath: TextFastPath): TextTemplate {
  return new LearnedTemplate(reading, fastPath);
}

class LearnedTemplate implements TextTemplate {
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
    if (this.#lessons === maxLessons) return;
    const event = onlyText(events);
    if (event === undefined) return;
    this.#lessons += 1;
    // A multi-line frame was joined, so its bytes are not one line of the stream.
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
   * Tests a template by parsing it with another text: the text must come out unchanged, with no other effect on the
   * answer. A usage, a second choice or a finish reason in the frame would show up. The test runs against two different
   * earlier answers, because a frame could repeat a value that one of them already has.
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

/** The frame's text delta, if that is all it contains besides start events. */
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

/** The field name of a line, including the space after the colon if there is one. */
function nameAt(lines: ByteString, start: number): string {
  return lines[start + fieldName.length] === ' ' ? spacedName : fieldName;
}

/** Some JSON writers escape everything beyond ASCII. */
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
    // The line is a complete frame; a blank line after it is optional.
    next = lines.charCodeAt(lineEnd + 1) === lineFeed ? lineEnd + 2 : lineEnd + 1;
  }
  return next === start ? undefined : { choice, literals, end: next };
}

/** Compares a frame's suffix and the opening of the next frame in one step. */
function isFollowed(template: FrameTemplate, lines: ByteString, close: number): boolean {
  const { opening, suffix } = template;
  if (close + suffix.length + opening.length > lines.length) return false;
  template.between ??= copyByteString(asByteString(`${suffix}\n\n${opening}`));
  return lines.slice(close, close + template.between.length) === template.between;
}
