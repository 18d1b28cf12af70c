import { Buffer } from 'node:buffer';
import { type ConversationEvent, readLiterals } from '../conversation/events.ts';
import { type ByteString, toByteString } from '../lib/byte-string.ts';

/** How much of a streamed answer is kept for counting its tokens when the upstream does not; bytes of its JSON form. */
const keptBytes = 1_000_000;
/** Bytes of the first piece of memory; each further one is twice as large. */
const firstRoom = 512;

/**
 * An answer's text as literals, decoded only if somebody asks for it. It is copied out of V8's heap: what is cut from a
 * read would keep all of it in memory, and thousands of slow streams would make old objects of their reads.
 */
export class KeptText {
  #bytes: Buffer | undefined;
  #length = 0;

  take(event: ConversationEvent): void {
    if (this.#length >= keptBytes) return;
    if (event.type !== 'text-literals') this.#append(toByteString(JSON.stringify(textOf(event)).slice(1, -1)));
    else if (event.literals.length === 1) this.#append(event.literals[0] ?? '');
    else this.#append(event.literals.join(''));
  }

  read(): string {
    return this.#bytes === undefined ? '' : readLiterals([this.#bytes.toString('latin1', 0, this.#length)]);
  }

  #append(literal: ByteString): void {
    if (literal === '') return;
    const bytes = this.#reserve(literal.length);
    this.#length += bytes.write(literal, this.#length, 'latin1');
  }

  #reserve(more: number): Buffer {
    const needed = this.#length + more;
    const bytes = this.#bytes;
    if (bytes !== undefined && needed <= bytes.length) return bytes;
    const roomier = Buffer.allocUnsafeSlow(Math.max(needed, bytes === undefined ? firstRoom : 2 * bytes.length));
    if (bytes !== undefined) roomier.set(bytes.subarray(0, this.#length));
    this.#bytes = roomier;
    return roomier;
  }
}

/** What an event adds to an answer's text. */
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
