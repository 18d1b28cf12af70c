/** Cuts the text of a JSON array into its items, as the text grows. */
export interface ArrayScanner {
  /** True once the array's closing bracket has come. */
  readonly closed: boolean;
  /**
   * @param text what is left from last time, and what came since; a character for each byte
   * @returns the items that are complete, and what is left
   */
  take(text: string): { readonly items: readonly string[]; readonly rest: string };
}

/** Only objects and arrays are told as items; the text in between (commas, blanks, scalars) is passed over. */
export function createArrayScanner(): ArrayScanner {
  return new IncrementalScanner();
}

const quote = 0x22;
const backslash = 0x5c;

/** Each character is looked at once, however the text is cut. */
class IncrementalScanner implements ArrayScanner {
  closed = false;
  /** The array itself is level 1, its items' content level 2 and deeper. */
  #level = 0;
  #inString = false;
  #escaped = false;
  /** How much of the rest was looked at. */
  #seen = 0;
  /** Where the item that is being read begins; -1 between items. */
  #start = -1;

  take(text: string): { readonly items: readonly string[]; readonly rest: string } {
    const items: string[] = [];
    let from = 0;
    for (let index = this.#seen; index < text.length && !this.closed; index += 1) {
      const end = this.#look(text.charCodeAt(index), index);
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

  /** @returns true when an item ends here */
  #look(code: number, index: number): boolean {
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
