import { Buffer } from 'node:buffer';
import { type ConversationEvent, type JsonLiteral, readLiterals } from '../conversation/events.ts';
import { asByteString, type ByteString, copyByteString, encodeJson } from '../lib/byte-string.ts';

/** How much of a streamed answer is kept for counting its tokens when the upstream does not; bytes of its JSON form. */
const keptBytes = 1_000_000;
/** Characters; literals of more come in bursts, which are soon over. */
const longLiteral = 512;
/** Room for most short answers. Each further piece of memory has twice the room, up to the largest. */
const firstRoom = 1024;
const largestRoom = 64 * 1024;

/**
 * An answer's text as literals, decoded only if somebody asks for it. That of a slow stream is kept outside of V8's heap, in
 * pieces that are never copied: what it outgrows would be old garbage. Of a burst, strings are kept: memory of its own costs
 * more than all else that is done with its text.
 */
export class KeptText {
  readonly #pieces: (Buffer | ByteString)[] = [];
  /** The last piece, as long as there is room in it. */
  #open: Buffer | undefined;
  /** Bytes in it. */
  #filled = 0;
  #room = firstRoom;
  #length = 0;

  take(event: ConversationEvent): void {
    if (this.#length >= keptBytes) return;
    const literal = literalOf(event);
    if (literal === '') return;
    this.#length += literal.length;
    if (this.#pieces.length === 0 || literal.length >= longLiteral) this.#append(literal);
    else this.#write(literal);
  }

  read(): string {
    this.#close();
    const texts = this.#pieces.map((piece) => (typeof piece === 'string' ? piece : piece.toString('latin1')));
    return readLiterals([asByteString(texts.join('')) as JsonLiteral]);
  }

  #append(literal: ByteString): void {
    this.#close();
    // A copy: what was cut from a read would hold all of it.
    this.#pieces.push(copyByteString(literal));
  }

  #write(literal: ByteString): void {
    const written = this.#open?.write(literal, this.#filled, 'latin1') ?? 0;
    this.#filled += written;
    if (written === literal.length) return;
    this.#close();
    this.#open = Buffer.allocUnsafeSlow(this.#room);
    this.#room = Math.min(this.#room * 2, largestRoom);
    this.#pieces.push(this.#open);
    this.#filled = this.#open.write(literal.slice(written), 'latin1');
  }

  #close(): void {
    if (this.#open !== undefined) this.#pieces.splice(-1, 1, this.#open.subarray(0, this.#filled));
    this.#open = undefined;
    this.#filled = 0;
  }
}

/** What an event adds to an answer's text, as a JSON string's content. */
function literalOf(event: ConversationEvent): ByteString {
  if (event.type !== 'block-literals') return asByteString(encodeJson(textOf(event)).slice(1, -1));
  const [only, another] = event.literals;
  return another === undefined && only !== undefined ? only : asByteString(event.literals.join(''));
}

function textOf(event: ConversationEvent): string {
  if (event.type === 'block-delta') return event.text;
  return event.type === 'block-start' && event.kind === 'tool-call' ? event.name : '';
}
