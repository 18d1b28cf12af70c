import { longRun, type TextRun } from './abridged-body.ts';

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

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const space = 0x20;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;

/**
 * Counts the values of a JSON text before it is parsed. A parser would create an object for every `{}`, so 30 MB of
 * them would take gigabytes and seconds. The text is pushed in chunks as it arrives, and each byte is read once.
 * Validation is left to the parser.
 */
export class JsonMeter {
  readonly #limits: JsonLimits;
  readonly #runs: TextRun[] = [];
  /** Bytes before the current chunk. */
  #offset = 0;
  #values = 0;
  #inString = false;
  #escaped = false;
  /** Where the current run of unescaped characters began. */
  #runStart = 0;
  /** For each open object its members so far; -1 for an array. */
  readonly #open: number[] = [];

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
  measure(bytes: Uint8Array): void {
    let index = 0;
    while (index < bytes.length) {
      if (this.#inString) index = this.#skipString(bytes, index);
      else {
        this.#countByte(bytes[index]);
        index += 1;
        this.#runStart = this.#offset + index;
      }
    }
    this.#offset += bytes.length;
  }

  #countByte(byte: number | undefined): void {
    switch (byte) {
      case quote:
        this.#inString = true;
        break;
      case comma:
        this.#count();
        break;
      case openBrace:
      case openBracket:
        this.#count();
        if (this.#open.push(byte === openBrace ? 0 : -1) > this.#limits.levels) throw new JsonTooLarge('levels');
        break;
      case closeBrace:
      case closeBracket:
        this.#open.pop();
        break;
      default:
    }
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

  /** @returns the index after the string, or the end of the chunk if the string continues */
  #skipString(bytes: Uint8Array, start: number): number {
    let index = start;
    if (this.#escaped) {
      this.#escaped = false;
      index += 1;
      this.#runStart = this.#offset + index;
    }
    while (index < bytes.length) {
      const byte = bytes[index];
      index += 1;
      if (byte === backslash) {
        this.#endRun(index - 1);
        if (index === bytes.length) this.#escaped = true;
        index += 1;
        this.#runStart = this.#offset + index;
      } else if (byte === quote) {
        this.#endRun(index - 1);
        this.#inString = false;
        return index;
      } else if (byte !== undefined && byte < space) {
        // Invalid JSON; the parser will reject it.
        this.#endRun(index - 1);
        this.#runStart = this.#offset + index;
      }
    }
    return Math.min(index, bytes.length);
  }

  /** @param index in the current chunk */
  #endRun(index: number): void {
    const end = this.#offset + index;
    if (end - this.#runStart >= longRun) this.#runs.push({ start: this.#runStart, end });
  }
}
