import { Buffer } from 'node:buffer';
import { type ConversationEvent, type JsonLiteral, readLiterals } from '../conversation/events.ts';
import { asByteString, type ByteString, copyByteString, encodeJson } from '../lib/byte-string.ts';

/**
 * How much of a streamed answer is kept to estimate its tokens if the upstream reports none, in bytes of JSON: about a
 * thousand tokens, from which the rest is extrapolated.
 */
const enoughForCounting = 4096;
/** The same when the text is logged: enough for 64 KB of any characters after escaping. */
const enoughForLogging = 393_216;
/** In characters. Longer literals come in bursts, which end soon. */
const longLiteral = 512;
/**
 * First buffer size, enough for most short answers. Each further buffer is twice as large, up to the largest and to
 * what will be kept.
 */
const firstRoom = 1024;
const maxRoom = 64 * 1024;

/**
 * Keeps an answer's text as JSON literals and decodes it only on request. The text of a slow stream goes into buffers
 * outside of V8's heap that are never reallocated, because discarded ones would be garbage in the old generation. For a
 * burst, strings are kept, because allocating buffers would cost more than the rest of the processing.
 */
export class KeptText {
  readonly #pieces: (Buffer | ByteString)[] = [];
  /** The last piece, while it has room. */
  #open: Buffer | undefined;
  /** Bytes used in the open piece. */
  #filled = 0;
  #room = firstRoom;
  readonly #enough: number;
  #length = 0;
  /** Length of the text that was not kept. */
  #restLength = 0;

  /** @param isLogged whether the text itself is needed, not only its token count */
  constructor({ isLogged }: { readonly isLogged: boolean }) {
    this.#enough = isLogged ? enoughForLogging : enoughForCounting;
  }

  /** The approximate ratio of the full text's length to the kept part's. */
  get proportion(): number {
    return this.#length === 0 ? 1 : 1 + this.#restLength / this.#length;
  }

  add(event: ConversationEvent): void {
    if (event.type !== 'block-literals') this.#addLiteral(quote(textOf(event)));
    else if (event.literals.length === 1 || this.#length >= this.#enough)
      event.literals.forEach(this.#addLiteral, this);
    else this.#addRun(event.literals);
  }

  /** Joins the literals first, as far as there is room, because many short ones arrive together. */
  #addRun(literals: readonly ByteString[]): void {
    let length = 0;
    const rest = literals.findIndex((literal) => {
      length += literal.length;
      return this.#length + length > this.#enough;
    });
    const end = rest < 0 ? literals.length : rest + 1;
    this.#addLiteral(asByteString(literals.slice(0, end).join('')));
    for (const literal of literals.slice(end)) this.#addLiteral(literal);
  }

  #addLiteral(literal: ByteString): void {
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
    // Copied, because a slice would keep the whole chunk in memory.
    this.#pieces.push(copyByteString(literal));
  }

  #write(literal: ByteString): void {
    const written = this.#open?.write(literal, this.#filled, 'latin1') ?? 0;
    this.#filled += written;
    if (written === literal.length) return;
    this.#close();
    const rest = literal.slice(written);
    const wanted = Math.max(rest.length, this.#enough - this.#length + rest.length);
    this.#open = Buffer.allocUnsafeSlow(Math.min(this.#room, wanted));
    this.#room = Math.min(this.#room * 2, maxRoom);
    this.#pieces.push(this.#open);
    this.#filled = this.#open.write(rest, 'latin1');
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
