import { Buffer } from 'node:buffer';
import { type ConversationEvent, readLiterals } from '../conversation/events.ts';
import { type ByteString, toByteString } from '../lib/byte-string.ts';

/** How much of a streamed answer is kept for counting its tokens when the upstream does not; bytes of its JSON form. */
const keptBytes = 1_000_000;
/** Room for most short answers. Each further piece of memory has twice the room, up to the largest. */
const firstRoom = 1024;
const largestRoom = 64 * 1024;

/**
 * An answer's text as literals, decoded only if somebody asks for it. It is kept outside of V8's heap, in pieces that are
 * never copied: what a slow stream outgrows would be old garbage.
 */
export class KeptText {
  readonly #pieces: Buffer[] = [];
  /** Bytes in the last piece. */
  #filled = 0;
  #length = 0;

  take(event: ConversationEvent): void {
    if (this.#length >= keptBytes) return;
    const literal = literalOf(event);
    this.#length += literal.length;
    const last = this.#pieces.at(-1);
    const written = last === undefined ? 0 : last.write(literal, this.#filled, 'latin1');
    this.#filled += written;
    if (written < literal.length) this.#begin(literal.slice(written));
  }

  read(): string {
    const texts = this.#pieces.map((piece) => piece.toString('latin1'));
    const last = texts.pop() ?? '';
    return readLiterals([[...texts, last.slice(0, this.#filled)].join('')]);
  }

  #begin(literal: ByteString): void {
    const room = Math.min(firstRoom * 2 ** this.#pieces.length, largestRoom);
    const piece = Buffer.allocUnsafeSlow(Math.max(room, literal.length));
    this.#pieces.push(piece);
    this.#filled = piece.write(literal, 'latin1');
  }
}

/** What an event adds to an answer's text, as a JSON string's content. */
function literalOf(event: ConversationEvent): ByteString {
  if (event.type !== 'text-literals') return toByteString(JSON.stringify(textOf(event)).slice(1, -1));
  const [only, another] = event.literals;
  return another === undefined ? (only ?? '') : event.literals.join('');
}

function textOf(event: ConversationEvent): string {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return event.text;
    case 'tool-call-start':
      return event.name;
    case 'tool-call-delta':
      return event.arguments;
    default:
      return '';
  }
}
