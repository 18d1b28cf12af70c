import { isRecord, parseJson, readString } from '../../lib/json.ts';

/*
 * Models without custom tools call a function, whose only argument is the text. Its name is `input`, but models that know
 * a tool like it may give the text another name.
 */

export const inputName = 'input';

/** The arguments of such a function before and after the literal of the text. */
export const customInput = { open: `{"${inputName}":"`, close: '"}' } as const;

export function encodeCustomInput(input: string): string {
  return JSON.stringify({ [inputName]: input });
}

/** Extracts the text from the arguments of such a function. Arguments in any other form are returned as they are. */
export function readCustomInput(written: string): string {
  const reader = new CustomInputReader();
  return reader.add(written) + reader.end();
}

const opening = /^\s*\{\s*"input"\s*:\s*"/;
/** In characters. Arguments that begin otherwise are read when they are complete. */
const maxOpeningLength = 64;

/** Extracts the text from arguments that arrive in pieces, as far as they are complete. */
export class CustomInputReader {
  #written = '';
  /** What was not read yet, from the beginning of the text's literal on. Undefined before it begins. */
  #unread: string | undefined;
  /** True behind the end of the literal. */
  #isOver = false;

  /** @returns the next piece of the text */
  add(piece: string): string {
    this.#written += piece;
    if (this.#unread === undefined) this.#begin();
    else this.#unread += piece;
    if (this.#unread === undefined || this.#isOver) return '';
    const end = endOfCharacters(this.#unread);
    const text = decode(this.#unread.slice(0, end));
    this.#unread = this.#unread.slice(end);
    this.#isOver = this.#unread.startsWith('"');
    return text;
  }

  /** @returns the rest of the text */
  end(): string {
    const unread = this.#unread;
    if (unread === undefined) return parseWhole(this.#written);
    if (!this.#isOver) return decode(unread);
    // This was not the end: the model did not escape a quotation mark.
    const rest = withoutClosing(unread);
    return rest === '' || isRecord(parseJson(this.#written)) ? '' : rest;
  }

  #begin(): void {
    const found = opening.exec(this.#written.slice(0, maxOpeningLength));
    if (found !== null) this.#unread = this.#written.slice(found[0].length);
  }
}

/** Removes the quotation mark and the bracket at the end of the arguments, as far as they are there. */
function withoutClosing(text: string): string {
  const object = text.trimEnd();
  const literal = object.endsWith('}') ? object.slice(0, -1).trimEnd() : object;
  return literal.endsWith('"') ? literal.slice(0, -1) : text;
}

/** The end of the complete characters of a JSON literal, at the latest its quotation mark. */
function endOfCharacters(literal: string): number {
  let end = 0;
  while (end < literal.length && literal[end] !== '"') {
    const next = end + lengthOfCharacter(literal, end);
    if (next > literal.length) break;
    end = next;
  }
  return end;
}

/** The length of a character or escape. Two halves of one character belong together. */
function lengthOfCharacter(literal: string, place: number): number {
  if (literal[place] !== '\\') {
    if (!isHighSurrogate(literal.charCodeAt(place))) return 1;
    const second = literal.charCodeAt(place + 1);
    return Number.isNaN(second) || (second >= 0xdc00 && second <= 0xdfff) ? 2 : 1;
  }
  if (literal[place + 1] !== 'u') return 2;
  const isHalf = isHighSurrogate(Number.parseInt(literal.slice(place + 2, place + 6), 16));
  const next = literal.slice(place + 6, place + 8);
  return isHalf && '\\u'.startsWith(next) ? 12 : 6;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Decodes a JSON literal, also with line breaks and escapes that JSON does not allow. */
function decode(literal: string): string {
  return decodeString(literal) ?? literal.replaceAll(escapes, (one) => decodeString(one) ?? one);
}

const escapes = /\\(?:u[\da-f]{4}|[^u])/gi;

function decodeString(literal: string): string | undefined {
  return readString(parseJson(`"${literal}"`));
}

function parseWhole(written: string): string {
  const value = parseJson(written);
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return written;
  const [only, ...others] = Object.values(value);
  const input = value[inputName] ?? (others.length === 0 ? only : undefined);
  return typeof input === 'string' ? input : written;
}
