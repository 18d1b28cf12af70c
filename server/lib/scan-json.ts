/** Where one member of an object stands in its JSON text. */
export interface JsonMember {
  /** The name between its quotes, as written: an escape stays an escape. */
  readonly rawKey: string;
  /** The index of the name's opening quote. */
  readonly start: number;
  /** The index behind the value. */
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/**
 * The members of the outermost object of a JSON text, in order, without reading their values: strings are jumped over
 * with native `indexOf`, which makes this several times cheaper than parsing.
 *
 * @param text an object's JSON, already known to be valid
 */
export function scanMembers(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let position = text.indexOf('{') + 1;
  for (;;) {
    const start = text.indexOf('"', position);
    if (start === -1) return members;
    const keyEnd = skipString(text, start);
    const end = skipValue(text, text.indexOf(':', keyEnd) + 1);
    members.push({ rawKey: text.slice(start + 1, keyEnd - 1), start, end });
    position = end;
  }
}

/** All that may stand between the quotes of a JSON string (RFC 8259, section 7), as bytes of valid UTF-8 or as text. */
export const stringContent =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /^[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*$/;

/** @param open the index of a string's opening quote @returns the index behind its closing quote; 0 without one */
export function skipString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (text.charCodeAt(close - 1) === backslash && isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close + 1;
}

/** A quote is escaped when an odd number of backslashes stands before it. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (index - first) % 2 === 1;
}

/** @returns the index behind the value that begins at or after `from`, without the white space that follows it */
export function skipValue(text: string, from: number): number {
  let depth = 0;
  let end = from;
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      index = skipString(text, index) - 1;
      end = index + 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
    } else if (code === 0x7d || code === 0x5d) {
      if (depth === 0) return end;
      depth -= 1;
      end = index + 1;
    } else if (code === comma && depth === 0) {
      return end;
    } else if (!(code <= 0x20)) {
      end = index + 1;
    }
  }
  return end;
}
