/** Splits the text of a JSON array into items while it arrives. */
export interface ArrayScanner {
  /** The length of the item that has begun and not ended; 0 between items. */
  readonly openLength: number;
  /**
   * @param text the next piece of the text, with one character per byte
   * @returns the items that are complete now
   */
  scan(text: string): readonly string[];
}

/** Only returns objects and arrays. Everything in between (commas, blanks, scalars) is skipped. */
export function createArrayScanner(): ArrayScanner {
  return new IncrementalScanner();
}

const quote = 0x22;
const backslash = 0x5c;

/** Reads and copies each character once, however the text is split. */
class IncrementalScanner implements ArrayScanner {
  openLength = 0;
  /** The array itself is level 1, the content of its items level 2 and deeper. */
  #level = 0;
  #inString = false;
  #escaped = false;
  /** True once the closing bracket has been read. */
  #closed = false;
  /** The start of the current item, in pieces. Joining them with each piece would copy them each time. */
  readonly #open: string[] = [];

  scan(text: string): readonly string[] {
    const items: string[] = [];
    let start = this.#open.length > 0 ? 0 : -1;
    for (let index = 0; index < text.length && !this.#closed; index += 1) {
      const step = this.#step(text.charCodeAt(index));
      if (step === 'begins') start = index;
      else if (step === 'ends') {
        items.push(this.#open.splice(0).join('') + text.slice(start, index + 1));
        start = -1;
      }
    }
    if (items.length > 0) this.openLength = 0;
    if (start !== -1) {
      this.#open.push(text.slice(start));
      this.openLength += text.length - start;
    }
    return items;
  }

  /** Whether an item begins or ends with a character. */
  #step(code: number): 'begins' | 'ends' | undefined {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === backslash) this.#escaped = true;
      else if (code === quote) this.#inString = false;
      return undefined;
    }
    if (code === quote) this.#inString = true;
    else if (code === 0x7b || code === 0x5b) {
      this.#level += 1;
      return this.#level === 2 ? 'begins' : undefined;
    } else if (code === 0x7d || code === 0x5d) {
      this.#level -= 1;
      this.#closed = this.#level === 0;
      return this.#level === 1 ? 'ends' : undefined;
    }
    return undefined;
  }
}
