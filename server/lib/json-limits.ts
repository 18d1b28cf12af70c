export interface JsonLimits {
  /** Members of objects and items of arrays, all together. */
  readonly values: number;
  /** Members of one object: names that differ make it slow. */
  readonly members: number;
  /** Objects and arrays within each other. */
  readonly levels: number;
}

/** What a JSON text has too much of. */
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
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;

/**
 * Counts what is in a JSON text before anybody parses it: a parser makes an object of every `{}`, so that 30 MB of them take
 * gigabytes and seconds. Takes the text in pieces, as it arrives, and looks at each byte once. Whether it is JSON at all, the
 * parser will say.
 */
export class JsonMeter {
  readonly #limits: JsonLimits;
  #values = 0;
  #inString = false;
  #escaped = false;
  /** The members so far of each object that is open; -1 for an array. */
  readonly #open: number[] = [];

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** @throws JsonTooLarge */
  push(bytes: Uint8Array): void {
    let index = 0;
    while (index < bytes.length) {
      if (this.#inString) index = this.#skipString(bytes, index);
      else {
        this.#take(bytes[index]);
        index += 1;
      }
    }
  }

  #take(byte: number | undefined): void {
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

  /** @returns the index behind the string, or behind the bytes when it goes on */
  #skipString(bytes: Uint8Array, start: number): number {
    let index = start;
    for (; index < bytes.length; index += 1) {
      if (this.#escaped) this.#escaped = false;
      else if (bytes[index] === backslash) this.#escaped = true;
      else if (bytes[index] === quote) {
        this.#inString = false;
        return index + 1;
      }
    }
    return index;
  }
}
