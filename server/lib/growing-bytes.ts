import { Buffer } from 'node:buffer';
import { type ByteString, maxBytesPerUnit } from './byte-string.ts';

const nothing = Buffer.alloc(0);

/**
 * Buffers text as bytes outside of V8's heap. Strings would live just long enough to be promoted to the old generation,
 * which is collected much later.
 */
export class GrowingBytes {
  readonly #firstRoom: number;
  #bytes = nothing;
  #length = 0;

  /** @param firstRoom bytes of the first allocation; each further one is at least twice as large */
  constructor(firstRoom: number) {
    this.#firstRoom = firstRoom;
  }

  get length(): number {
    return this.#length;
  }

  /** @returns the number of UTF-8 bytes appended */
  appendText(text: string): number {
    return this.#append(text, text.length * maxBytesPerUnit, 'utf8');
  }

  appendBytes(bytes: ByteString): void {
    this.#append(bytes, bytes.length, 'latin1');
  }

  /** A view of the first bytes. It is only valid until the next change. */
  first(count: number): Buffer {
    return this.#bytes.subarray(0, Math.min(count, this.#length));
  }

  /** Extra memory is freed when the last bytes are removed. */
  removeFirst(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length = Math.max(0, this.#length - count);
    if (this.#length === 0 && this.#bytes.length > this.#firstRoom) this.#bytes = nothing;
  }

  #append(text: string, mostBytes: number, encoding: 'utf8' | 'latin1'): number {
    this.#reserve(mostBytes);
    const written = this.#bytes.write(text, this.#length, encoding);
    this.#length += written;
    return written;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const roomier = Buffer.allocUnsafeSlow(Math.max(needed, this.#firstRoom, 2 * this.#bytes.length));
    roomier.set(this.first(this.#length));
    this.#bytes = roomier;
  }
}
