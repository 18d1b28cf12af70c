import { Buffer } from 'node:buffer';
import { type ConversationEvent, type JsonLiteral, readLiterals } from '../conversation/events.ts';
import { asByteString, type ByteString, copyByteString, encodeJson } from '../lib/byte-string.ts';

/** How much of a streamed answer is kept for counting its tokens when the upstream does not; bytes of its JSON form. */
const enoughForCounting = 32_768;
/** The same when the text is logged: 64 KB of any characters, escaped. */
const enoughForLogging = 393_216;
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
  readonly #enough: number;
  #length = 0;
  /** Of what came when there was enough. */
  #restLength = 0;

  /** @param isLogged the text is wanted for itself, and not only its tokens */
  constructor({ isLogged }: { readonly isLogged: boolean }) {
    this.#enough = isLogged ? enoughForLogging : enoughForCounting;
  }

  /** How many times longer than what is kept all of the text was, about. */
  get proportion(): number {
    return this.#length === 0 ? 1 : 1 + this.#restLength / this.#length;
  }

  take(event: ConversationEvent): void {
    if (event.type !== 'block-literals') this.#takeLiteral(quote(textOf(event)));
    else if (event.literals.length === 1 || this.#length >= this.#enough)
      event.literals.forEach(this.#takeLiteral, this);
    else this.#takeRun(event.literals);
  }

  /** Joined, as far as there is room: many short ones come at once. */
  #takeRun(literals: readonly ByteString[]): void {
    let length = 0;
    const rest = literals.findIndex((literal) => {
      length += literal.length;
      return this.#length + length > this.#enough;
    });
    const end = rest < 0 ? literals.length : rest + 1;
    this.#takeLiteral(asByteString(literals.slice(0, end).join('')));
    for (const literal of literals.slice(end)) this.#takeLiteral(literal);
  }

  #takeLiteral(literal: ByteString): void {
    if (literal === '') return;
    if (this.#length >= this.#enough) {
      this.#restLength += literal.length;
      return;
    }
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

function quote(text: string): ByteString {
  return text === '' ? asByteString('') : asByteString(encodeJson(text).slice(1, -1));
}

function textOf(event: ConversationEvent): string {
  if (event.type === 'block-delta') return event.text;
  return event.type === 'block-start' && event.kind === 'tool-call' ? event.name : '';
}
