import { Buffer } from 'node:buffer';

/** Bytes. Shorter chunks are copied together. */
const shortChunk = 4096;

/**
 * Collects the chunks of a body. Node makes a buffer of 300 bytes for each HTTP chunk, even if it holds a single byte, so
 * short chunks are not kept.
 */
export class CollectedBytes {
  readonly #pieces: Buffer[] = [];
  /** Where short chunks are copied to. */
  #open: Buffer | undefined;
  #filled = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length;
    // Most bodies are a single chunk.
    if (chunk.length < shortChunk && this.#pieces.length > 0) this.#copy(chunk);
    else this.#append(chunk);
  }

  /** @returns a copy of all bytes */
  concat(): Buffer {
    this.#close();
    return Buffer.concat(this.#pieces, this.#length);
  }

  #append(chunk: Buffer): void {
    this.#close();
    this.#pieces.push(chunk);
  }

  #copy(chunk: Buffer): void {
    if (this.#open === undefined || this.#filled + chunk.length > this.#open.length) {
      this.#append(Buffer.allocUnsafeSlow(shortChunk));
      this.#open = this.#pieces.at(-1);
    }
    this.#open?.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  #close(): void {
    if (this.#open !== undefined) this.#pieces.splice(-1, 1, this.#open.subarray(0, this.#filled));
    this.#open = undefined;
    this.#filled = 0;
  }
}
