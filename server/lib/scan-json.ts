/** The position of an object member in its JSON text. */
export interface JsonMember {
  /** The name without its quotes, as written, without decoding escapes. */
  readonly rawKey: string;
  /** The index of the name's opening quote. */
  readonly start: number;
  /** The index after the value. */
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** The content of a JSON string between its quotes (RFC 8259, section 7), as text or as bytes of valid UTF-8. */
export const stringContent =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match them
  /^[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*$/;

/** How many characters after an escaped quote are scanned one by one, because escaped quotes are often close together. */
const denseStretch = 8;

/** @param open the index of a string's opening quote @returns the index after its closing quote; 0 if there is none */
export function skipString(text: string, open: number): number {
  let index = open + 1;
  for (;;) {
    const close = text.indexOf('"', index);
    if (close === -1) return 0;
    if (text.charCodeAt(close - 1) !== backslash || !isEscaped(text, close)) return close + 1;
    const end = Math.min(close + denseStretch, text.length);
    for (index = close + 1; index < end; index += 1) {
      const code = text.charCodeAt(index);
      if (code === quote) return index + 1;
      if (code === backslash) index += 1;
    }
  }
}

/** A quote is escaped if it follows an odd number of backslashes. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (index - first) % 2 === 1;
}

/** @returns the index after the value that begins at or after `from`, excluding trailing white space */
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
