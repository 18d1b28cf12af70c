import { Buffer } from 'node:buffer';

/** A text derived from another one, with the origin of each character. */
export interface DerivedText {
  readonly text: string;
  /** For each UTF-16 unit, the start and end of its origin in the original text. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

export function deriveFrom(text: string): DerivedText {
  const indexes = Uint32Array.from({ length: text.length + 1 }, (_, index) => index);
  return { text, starts: indexes, ends: indexes.subarray(1) };
}

/** Percent-encoding (RFC 3986), escapes of JSON and JavaScript, and character references of HTML. */
const escapes =
  /(?:%[89a-f][\da-f])+|%[\da-f]{2}|\\(?:u[\da-f]{4}|x[\da-f]{2}|[bfnrtv0"'/\\])|&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);/gi;

const controlLetters = new Map([
  ...Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', 0: '\0' }),
  ...Object.entries({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" }),
]);

/** @returns the text with one level of escapes decoded; undefined if it contains none */
export function undoEscapes(source: DerivedText): DerivedText | undefined {
  const { text } = source;
  if (!/[%&\\]/.test(text)) return undefined;
  return rewrite(source, escapes, undoEscape);
}

/** @returns the text without white space; undefined if it contains none */
export function removeWhiteSpace(source: DerivedText): DerivedText | undefined {
  return rewrite(source, /\s+/g, () => '');
}

function undoEscape(written: string): string {
  if (written.startsWith('%')) return Buffer.from(written.replaceAll('%', ''), 'hex').toString('utf8');
  const known = controlLetters.get(written) ?? controlLetters.get(written.slice(1));
  if (known !== undefined) return known;
  const number = /^(?:\\[ux]|&#x)([\da-f]+)/i.exec(written)?.[1];
  if (number !== undefined) return characterOf(Number.parseInt(number, 16));
  return written.startsWith('&') ? characterOf(Number.parseInt(written.slice(2), 10)) : written.slice(1);
}

function characterOf(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\ufffd';
}

function rewrite(
  { text, starts, ends }: DerivedText,
  pattern: RegExp,
  replace: (found: string) => string,
): DerivedText | undefined {
  let derived = '';
  const newStarts: number[] = [];
  const newEnds: number[] = [];
  let copied = 0;
  const copyUntil = (end: number) => {
    derived += text.slice(copied, end);
    for (let index = copied; index < end; index += 1) {
      newStarts.push(starts[index] ?? 0);
      newEnds.push(ends[index] ?? 0);
    }
  };
  for (const { 0: found, index } of text.matchAll(pattern)) {
    copyUntil(index);
    copied = index + found.length;
    const replacement = replace(found);
    derived += replacement;
    for (let unit = 0; unit < replacement.length; unit += 1) {
      newStarts.push(starts[index] ?? 0);
      newEnds.push(ends[copied - 1] ?? 0);
    }
  }
  if (copied === 0) return undefined;
  copyUntil(text.length);
  return { text: derived, starts: Uint32Array.from(newStarts), ends: Uint32Array.from(newEnds) };
}
