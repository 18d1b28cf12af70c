/** Splits the text of a JSON array into items while it arrives. */
export interface ArrayScanner {
  /** Whether the closing bracket has been read. */
  readonly closed: boolean;
  /**
   * @param text the rest from the previous call plus new text; one character per byte
   * @returns the complete items and the rest
   */
  scan(text: string): { readonly items: readonly string[]; readonly rest: string };
}

/** Only returns objects and arrays. Everything in between (commas, blanks, scalars) is skipped. */
export function createArrayScanner(): ArrayScanner {
  return new IncrementalScanner();
}

const quote = 0x22;
const backslash = 0x5c;

/** Reads each character once, however the text is chunked. */
class IncrementalScanner implements ArrayScanner {
  closed = false;
  /** The array itself is level 1, the content of its items level 2 and deeper. */
  #level = 0;
  #inString = false;
  #escaped = false;
  /** How much of the rest has already been scanned. */
  #seen = 0;
  /** Start of the current item; -1 between items. */
  #start = -1;

  scan(text: string): { readonly items: readonly string[]; readonly rest: string } {
    const items: string[] = [];
    let from = 0;
    for (let index = this.#seen; index < text.length && !this.closed; index += 1) {
      const end = this.#endsItem(text.charCodeAt(index), index);
      if (!end) continue;
      items.push(text.slice(this.#start, index + 1));
      from = index + 1;
      this.#start = -1;
    }
    const begin = this.#start === -1 ? Math.max(from, text.length) : this.#start;
    this.#seen = text.length - begin;
    if (this.#start !== -1) this.#start = 0;
    return { items, rest: text.slice(begin) };
  }

  /** @returns true if an item ends here */
  #endsItem(code: number, index: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === backslash) this.#escaped = true;
      else if (code === quote) this.#inString = false;
      return false;
    }
    if (code === quote) this.#inString = true;
    else if (code === 0x7b || code === 0x5b) {
      this.#level += 1;
      if (this.#level === 2) this.#start = index;
    } else if (code === 0x7d || code === 0x5d) {
      this.#level -= 1;
      if (this.#level === 0) this.closed = true;
      return this.#level === 1;
    }
    return false;
  }
}
