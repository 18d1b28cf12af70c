import { skipString } from './scan-json.ts';

/*
 * V8 mistakes escaped names for others (https://github.com/nodejs/node/issues/63785): after it has seen an object with
 * the name `\`, it may read the name "\u00e9" as `\`, because it compares the name as it is spelled. It remembers the
 * names of all objects of the process, so a client could change the names in the requests of another one. Names that
 * are spelled without escapes are read correctly. Therefore texts with escaped names are parsed with other names.
 */

/** A reviver of `JSON.parse`. */
export type Revive = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Parses JSON like `JSON.parse`, but reads escaped names correctly. @throws SyntaxError */
export function parseText(text: string): unknown {
  return hasEscapedName(text) ? parseEscapedNames(text) : JSON.parse(text);
}

/** Whether a member's name contains an escape, in valid JSON. Only strings with escapes are read. */
export function hasEscapedName(text: string): boolean {
  let end = 0;
  for (let backslash = text.indexOf('\\'); backslash !== -1; backslash = text.indexOf('\\', end)) {
    end = skipString(text, backslash - 1);
    if (end === 0) return false;
    if (isBeforeColon(text, end)) return true;
  }
  return false;
}

/** Parses JSON with numbered names, and puts the names back afterwards. @throws SyntaxError */
export function parseEscapedNames(text: string, revive: Revive = (_name, value) => value): unknown {
  const { numbered, names } = numberNames(text);
  return JSON.parse(numbered, (key: string, value: unknown, context: { readonly source?: string }) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return revive(key, value, context);
    const members = Object.entries(value).map(([number, member]) => [names[Number(number.slice(1))] ?? '', member]);
    return revive(key, Object.fromEntries(members), context);
  });
}

/** The same names get the same number, so that of duplicate members the last one counts, as usual. */
function numberNames(text: string): { readonly numbered: string; readonly names: readonly string[] } {
  const numbers = new Map<string, number>();
  const pieces: string[] = [];
  let copied = 0;
  let end = 0;
  for (let open = text.indexOf('"'); open !== -1; open = text.indexOf('"', end)) {
    end = skipString(text, open);
    if (end === 0) break;
    if (!isBeforeColon(text, end)) continue;
    const name = String(JSON.parse(text.slice(open, end)));
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    pieces.push(text.slice(copied, open), `"n${number}"`);
    copied = end;
  }
  return { numbered: pieces.join('') + text.slice(copied), names: [...numbers.keys()] };
}

function isBeforeColon(text: string, from: number): boolean {
  let index = from;
  while (text.charCodeAt(index) <= 0x20) index += 1;
  return text[index] === ':';
}
