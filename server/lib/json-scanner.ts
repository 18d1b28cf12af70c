import { isPartOfNumber, isSpelledAsWritten, type JsonOddities } from './exact-json.ts';
import type { JsonMember } from './scan-json.ts';
import { skipPlainText } from './skip-plain-text.ts';

export interface JsonLimits {
  /** Total number of object members and array items. */
  readonly values: number;
  /** Members per object. Many distinct names make parsing slow. */
  readonly members: number;
  /** Nesting of objects and arrays. */
  readonly levels: number;
}

/** Thrown when a JSON text exceeds a limit. */
export class JsonTooLarge extends Error {
  override readonly name = 'JsonTooLarge';
  readonly limit: keyof JsonLimits;

  constructor(limit: keyof JsonLimits) {
    super(`The JSON text has too many ${limit}.`);
    this.limit = limit;
  }
}

/** A part of a string in a JSON text that contains no escapes. Byte offsets; the end is exclusive. */
export interface TextRun {
  readonly start: number;
  readonly end: number;
}

/** Minimum length of a run that is worth cutting out, in bytes. */
export const longRun = 262_144;

/** What is known about a JSON text before it is parsed. Meaningful only if the text is valid. */
export interface JsonScan extends JsonOddities {
  /** The members of the outermost object, in order, by byte offsets. Empty for other values. */
  readonly members: readonly JsonMember[];
  /** False if no string contains an escaped surrogate. */
  readonly mayHaveEscapedSurrogates: boolean;
}

const quote = 0x22;
const minus = 0x2d;
const comma = 0x2c;
const colon = 0x3a;
const space = 0x20;
const backslash = 0x5c;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;
const letterD = 0x64;
const capitalD = 0x44;
const letterU = 0x75;

const nowhere = -1;

/** The offsets of a member of the outermost object. */
interface MemberSpan {
  readonly start: number;
  /** After the name's closing quote. */
  readonly nameEnd: number;
  readonly end: number;
}

/**
 * Scans a JSON text as it arrives, each byte once: counts its values and finds what later steps need to know about the
 * text. A parser would create an object for every `{}`, so 30 MB of them would take gigabytes and seconds. Validation is
 * left to the parser.
 */
export class JsonScanner {
  readonly #limits: JsonLimits;
  readonly #runs: TextRun[] = [];
  readonly #members: MemberSpan[] = [];
  /** Bytes before the current chunk. */
  #offset = 0;
  #values = 0;
  #inString = false;
  #escaped = false;
  /** Whether the current or last string contains an escape. */
  #hasEscape = false;
  #mayHaveOddNumbers = false;
  #hasEscapedNames = false;
  #mayHaveEscapedSurrogates = false;
  /** Where the current run of unescaped characters began. */
  #runStart = 0;
  /** For each open object its members so far; -1 for an array. */
  readonly #open: number[] = [];
  /** The current member of the outermost object. */
  #memberStart = nowhere;
  #nameEnd = nowhere;
  /** After the last byte that was not white space. */
  #end = 0;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** Parts of strings that are worth cutting out, in order: long, without escapes and control characters. */
  get runs(): readonly TextRun[] {
    return this.#runs;
  }

  /** The number of values so far. */
  get values(): number {
    return this.#values;
  }

  /** @throws JsonTooLarge */
  scan(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let index = 0;
    while (index < bytes.length) {
      index = this.#inString ? this.#skipString(bytes, view, index) : this.#skipStructure(bytes, index);
    }
    this.#offset += bytes.length;
  }

  /** @param text all bytes that were scanned */
  finish(text: Buffer): JsonScan {
    return {
      members: this.#members.map(({ start, nameEnd, end }) => {
        return { rawKey: text.toString('latin1', start + 1, nameEnd - 1), start, end };
      }),
      mayHaveOddNumbers: this.#mayHaveOddNumbers,
      hasEscapedNames: this.#hasEscapedNames,
      mayHaveEscapedSurrogates: this.#mayHaveEscapedSurrogates,
    };
  }

  /** @returns the index after the next opening quote, or the end of the chunk */
  #skipStructure(bytes: Uint8Array, start: number): number {
    let index = start;
    while (index < bytes.length) {
      const byte = bytes[index] ?? 0;
      if (byte === quote) {
        this.#openString(this.#offset + index);
        return index + 1;
      }
      if (byte === minus || (byte >= 0x30 && byte <= 0x39)) {
        index = this.#skipNumber(bytes, index);
        continue;
      }
      if (byte > space) this.#readSign(byte, this.#offset + index);
      index += 1;
    }
    return index;
  }

  /** @param byte a bracket, comma or colon, or a letter of a literal */
  #readSign(byte: number, at: number): void {
    switch (byte) {
      case comma:
        if (this.#open.length === 1) this.#endMember();
        this.#count();
        break;
      case openBrace:
      case openBracket:
        this.#count();
        if (this.#open.push(byte === openBrace ? 0 : -1) > this.#limits.levels) throw new JsonTooLarge('levels');
        break;
      case closeBrace:
      case closeBracket:
        if (this.#open.length === 1) this.#endMember();
        this.#open.pop();
        break;
      case colon:
        if (this.#hasEscape) this.#hasEscapedNames = true;
        break;
      default:
    }
    this.#end = at + 1;
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > this.#limits.values) throw new JsonTooLarge('values');
    const innermost = this.#open.length - 1;
    const members = this.#open[innermost];
    if (members === undefined || members < 0) return;
    if (members >= this.#limits.members) throw new JsonTooLarge('members');
    this.#open[innermost] = members + 1;
  }

  /** @returns the index after the number, or the end of the chunk */
  #skipNumber(bytes: Uint8Array, start: number): number {
    let index = start;
    while (isPartOfNumber(bytes[index] ?? 0)) index += 1;
    this.#end = this.#offset + index;
    // The rest of the number may be in the next chunk.
    if (index === bytes.length || !isSpelledAsWritten(bytes, start, index)) this.#mayHaveOddNumbers = true;
    return index;
  }

  #openString(at: number): void {
    this.#inString = true;
    this.#hasEscape = false;
    this.#runStart = at + 1;
    if (this.#memberStart === nowhere && this.#open.length === 1 && this.#open[0] !== -1) this.#memberStart = at;
  }

  /** @param end after the closing quote */
  #closeString(end: number): void {
    this.#inString = false;
    this.#end = end;
    if (this.#nameEnd === nowhere && this.#memberStart !== nowhere) this.#nameEnd = end;
  }

  #endMember(): void {
    if (this.#nameEnd === nowhere) return;
    this.#members.push({ start: this.#memberStart, nameEnd: this.#nameEnd, end: this.#end });
    this.#memberStart = nowhere;
    this.#nameEnd = nowhere;
  }

  /** @returns the index after the string, or the end of the chunk if the string continues */
  #skipString(bytes: Uint8Array, view: DataView, start: number): number {
    const { length } = bytes;
    let index = start;
    let runStart = this.#runStart - this.#offset;
    if (this.#escaped) {
      this.#escaped = false;
      index += 1;
      runStart = index;
    }
    while (index < length) {
      index = skipPlainText(view, index);
      if (index === length) break;
      if (index - runStart >= longRun) this.#addRun(runStart, index);
      const byte = bytes[index];
      index += 1;
      if (byte === quote) {
        this.#closeString(this.#offset + index);
        return index;
      }
      // A control character is invalid; the parser will reject it.
      if (byte === backslash) {
        this.#hasEscape = true;
        if (mayBeSurrogate(bytes, index)) this.#mayHaveEscapedSurrogates = true;
        index += 1;
      }
      runStart = index;
    }
    this.#runStart = this.#offset + runStart;
    if (index === length) return index;
    // The escaped character is in the next chunk.
    this.#escaped = true;
    return length;
  }

  /** By indices in the current chunk. The run may have begun before it. */
  #addRun(start: number, end: number): void {
    this.#runs.push({ start: this.#offset + start, end: this.#offset + end });
  }
}

/**
 * Whether an escape may be one of a surrogate, which are between `\ud800` and `\udfff`.
 *
 * @param index after the backslash; what is beyond the chunk is unknown
 */
function mayBeSurrogate(bytes: Uint8Array, index: number): boolean {
  if ((bytes[index] ?? letterU) !== letterU) return false;
  const digit = bytes[index + 1] ?? letterD;
  return digit === letterD || digit === capitalD;
}
