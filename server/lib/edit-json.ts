import { asByteString, type ByteString, encodeJson, fromByteString } from './byte-string.ts';
import { toPlainNumber } from './exact-json.ts';
import { isRecord, type JsonRecord, parseJson } from './json.ts';
import { skipString, skipValue } from './scan-json.ts';

export interface EditOptions {
  /**
   * Whether two different values are equivalent, so that nothing has to be edited.
   *
   * @param depth number of arrays and objects around them
   */
  readonly isEquivalent?: (from: unknown, to: unknown, depth: number) => boolean;
  /** Members that identify an object in a list. Two objects that differ in one of them are different objects. */
  readonly identifiedBy?: readonly string[];
}

/**
 * Edits JSON text so that it parses to another value. Wherever the two values are equal, every byte stays the same: the
 * notation of numbers and strings, the order of members, white space.
 *
 * @param text valid JSON
 * @param from the value of the text, as parsed by `parseExactJson`
 * @param to the new value
 */
export function editJson(text: ByteString, from: unknown, to: unknown, options: EditOptions = {}): ByteString {
  const editor = new JsonEditor(text, options);
  editor.edit(skipBlanks(text, 0), from, to, 0);
  return editor.apply();
}

/** The position of a value, or of a member with its name. */
interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

interface Member extends Span {
  readonly name: string;
  /** Where the member's value begins. */
  readonly value: number;
}

class JsonEditor {
  readonly #text: ByteString;
  readonly #options: EditOptions;
  /** In document order, without overlaps. */
  readonly #edits: (Span & { readonly by: ByteString })[] = [];

  constructor(text: ByteString, options: EditOptions) {
    this.#text = text;
    this.#options = options;
  }

  apply(): ByteString {
    if (this.#edits.length === 0) return this.#text;
    const pieces: string[] = [];
    let position = 0;
    for (const { start, end, by } of this.#edits) {
      pieces.push(this.#text.slice(position, start), by);
      position = end;
    }
    pieces.push(this.#text.slice(position));
    return asByteString(pieces.join(''));
  }

  /** @param start where the value `from` begins */
  edit(start: number, from: unknown, to: unknown, depth: number): void {
    if (this.#isSame(from, to, depth)) return;
    if (Array.isArray(from) && Array.isArray(to)) this.#editArray(start, from, to, depth + 1);
    else if (!isRecord(from) || !isRecord(to) || !this.#editObject(start, from, to, depth + 1)) {
      this.#replace(start, skipValue(this.#text, start), encodeJson(to));
    }
  }

  /** @returns false if a member is duplicate, so that the text cannot be edited in place */
  #editObject(start: number, from: JsonRecord, to: JsonRecord, depth: number): boolean {
    const members = membersAt(this.#text, start);
    if (new Set(members.map((member) => member.name)).size < members.length) return false;
    const added = Object.entries(to).filter(([name, value]) => value !== undefined && !Object.hasOwn(from, name));
    this.#editList(start, members, {
      keeps: ({ name }) => Object.hasOwn(to, name) && to[name] !== undefined,
      editItem: ({ name, value }) => this.edit(value, from[name], to[name], depth),
      added: added.map(([name, value]) => `${encodeJson(name)}:${encodeJson(value)}`),
    });
    return true;
  }

  #editArray(start: number, from: readonly unknown[], to: readonly unknown[], depth: number): void {
    const items = itemsAt(this.#text, start);
    const pairs = this.#pair(from, to, depth);
    this.#editList(start, items, {
      keeps: (_item, index) => pairs[index] !== undefined,
      editItem: (item, index) => this.edit(item.start, from[index], to[pairs[index] ?? index], depth),
      added: to.slice(pairs.filter((index) => index !== undefined).length).map((value) => encodeJson(value)),
    });
  }

  /**
   * For each item, the index of the item that replaces it. These are the first items of `to`, in order; the remaining
   * ones are new.
   */
  #pair(from: readonly unknown[], to: readonly unknown[], depth: number): readonly (number | undefined)[] {
    if (from.length === to.length) return from.map((_, index) => index);
    const pairs: (number | undefined)[] = from.map(() => undefined);
    let next = 0;
    for (const [index, value] of to.entries()) {
      let found = next;
      while (found < from.length && !this.#isAlike(from[found], value, depth)) found += 1;
      if (found === from.length) break;
      pairs[found] = index;
      next = found + 1;
    }
    return pairs;
  }

  #isAlike(from: unknown, to: unknown, depth: number): boolean {
    if (this.#isSame(from, to, depth)) return true;
    if (!isRecord(from) || !isRecord(to)) return false;
    return (this.#options.identifiedBy ?? []).every((name) => from[name] === to[name]);
  }

  /** Edits the items to keep, cuts out the others with their commas, and inserts new ones after the last kept item. */
  #editList<Item extends Span>(open: number, items: readonly Item[], change: ListChange<Item>): void {
    const { keeps, editItem, added } = change;
    const lastKept = items.findLastIndex(keeps);
    const add = (at: number) => {
      if (added.length > 0) this.#replace(at, at, asByteString((lastKept === -1 ? '' : ',') + added.join(',')));
    };
    if (lastKept === -1) add(items[0]?.start ?? open + 1);
    for (let index = 0; index < items.length; ) {
      const item = items[index];
      if (item === undefined) break;
      if (keeps(item, index)) {
        editItem(item, index);
        if (index === lastKept) add(item.end);
        index += 1;
        continue;
      }
      const cut = item;
      const before = items[index - 1];
      while (index < items.length && !keeps(items[index] ?? cut, index)) index += 1;
      const end = items[index - 1]?.end ?? cut.end;
      // Also cuts the comma before it or, at the beginning, the one after it.
      if (before !== undefined) this.#replace(before.end, end, noBytes);
      else this.#replace(cut.start, items[index]?.start ?? end, noBytes);
    }
  }

  #replace(start: number, end: number, by: ByteString): void {
    this.#edits.push({ start, end, by });
  }

  #isSame(from: unknown, to: unknown, depth: number): boolean {
    if (from === to || this.#options.isEquivalent?.(from, to, depth) === true) return true;
    if (Array.isArray(from)) {
      if (!Array.isArray(to) || to.length !== from.length) return false;
      return from.every((item, index) => this.#isSame(item, to[index], depth + 1));
    }
    if (isRecord(from)) return isRecord(to) && this.#haveSameMembers(from, to, depth + 1);
    if (JSON.isRawJSON(from) && JSON.isRawJSON(to)) return from.rawJSON === to.rawJSON;
    return typeof from !== 'string' && Object.is(toPlainNumber(from), toPlainNumber(to));
  }

  #haveSameMembers(from: JsonRecord, to: JsonRecord, depth: number): boolean {
    let others = 0;
    for (const name in to) if (to[name] !== undefined) others += 1;
    for (const name in from) {
      if (!Object.hasOwn(to, name) || !this.#isSame(from[name], to[name], depth)) return false;
      others -= 1;
    }
    return others === 0;
  }
}

interface ListChange<Item> {
  keeps(item: Item, index: number): boolean;
  editItem(item: Item, index: number): void;
  /** As JSON. */
  readonly added: readonly string[];
}

const noBytes = asByteString('');

function membersAt(text: ByteString, open: number): Member[] {
  const members: Member[] = [];
  let start = skipBlanks(text, open + 1);
  while (text[start] === '"') {
    const nameEnd = skipString(text, start);
    const value = skipBlanks(text, text.indexOf(':', nameEnd) + 1);
    const end = skipValue(text, value);
    members.push({ name: readName(text.slice(start, nameEnd)), start, value, end });
    start = skipComma(text, end);
  }
  return members;
}

function itemsAt(text: ByteString, open: number): Span[] {
  const items: Span[] = [];
  let start = skipBlanks(text, open + 1);
  while (start < text.length && text[start] !== ']') {
    const end = skipValue(text, start);
    items.push({ start, end });
    start = skipComma(text, end);
  }
  return items;
}

function readName(literal: string): string {
  const text = fromByteString(asByteString(literal));
  return text.includes('\\') ? String(parseJson(text)) : text.slice(1, -1);
}

function skipComma(text: ByteString, from: number): number {
  const next = skipBlanks(text, from);
  return text[next] === ',' ? skipBlanks(text, next + 1) : next;
}

function skipBlanks(text: ByteString, from: number): number {
  let index = from;
  while (text.charCodeAt(index) <= 0x20) index += 1;
  return index;
}
