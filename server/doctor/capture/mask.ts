import { Buffer } from 'node:buffer';
import { isApiWord } from './vocabulary.ts';

/** Words that identify the account, in lower case: parts of its e-mail address, label and sites. */
export type PersonalWords = ReadonlySet<string>;

/** Digit runs up to this length are not personal: a status, a port, a year. */
const maxNumberLength = 4;

/**
 * A placeholder of the same shape: letters become `x` and digits `0`, with the same number of UTF-8 bytes. White space
 * and punctuation stay.
 */
export function maskAll(text: string): string {
  return text.replaceAll(/[A-Za-z0-9]|\P{ASCII}/gu, placeholderOf);
}

function placeholderOf(character: string): string {
  if (/[A-Z]/.test(character)) return 'X';
  if (/[0-9]/.test(character)) return '0';
  return 'x'.repeat(Buffer.byteLength(character));
}

/** Like `maskAll`, but keeps API vocabulary and short numbers: for error messages and codes. */
export function maskWords(text: string, personal: PersonalWords): string {
  return text.replaceAll(/[\w@:.-]+|\P{ASCII}+/gu, (run) => {
    if (isModelId(run)) return run;
    if (uuid.test(run)) return maskAll(run);
    return run.replaceAll(/(?:[A-Za-z0-9]|\P{ASCII})+/gu, (token) => maskToken(token, personal));
  });
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i;

function maskToken(token: string, personal: PersonalWords): string {
  if (/^[0-9]+$/.test(token)) return token.length <= maxNumberLength ? token : maskAll(token);
  // Letters with digits are an id, except for a version (`v1`), an HTML heading (`h1`) and a duration (`29d`).
  if (/^(?:\d{1,4}(?:ms|[smhd])|v[0-9]{1,2}|h[1-6])$/i.test(token)) return token;
  if (/[0-9]/.test(token)) return maskAll(token);
  return token.replaceAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^A-Za-z0-9]+/gu, (word) => {
    const plain = word.toLowerCase();
    return isApiWord(plain) && !personal.has(plain) ? word : maskAll(word);
  });
}

/** True for the id of a public model: `claude-sonnet-4@20250514`. */
export function isModelId(text: string): boolean {
  return /^(?:anthropic\.)?(?:claude|gemini|gpt|chatgpt|o\d)[a-z0-9.@:-]{0,60}$/.test(text);
}

/** The type prefix of a vendor's id: `msg_vrtx_`. */
const idPrefix =
  /^(?:chatcmpl-|(?:msg|toolu|srvtoolu|req|call|resp|rs|fc|gen|run|item|ctc)_(?:vrtx_|bdrk_)?)(?=[A-Za-z0-9_-]{8,}$)/;

/** Masks an id and keeps its prefix; undefined if the text is not an id. */
export function maskId(text: string): string | undefined {
  const prefix = idPrefix.exec(text)?.[0];
  return prefix === undefined ? undefined : prefix + maskAll(text.slice(prefix.length));
}
