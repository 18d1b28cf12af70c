import type { Transform } from 'node:stream';
import { createDecompressor, isKnownCoding, readCodings } from '../lib/content-coding.ts';

export interface ContentDecoderHandler {
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Decodes a response's content encoding. The gateway asks for `identity`; this is for upstreams that ignore it. */
export interface ContentDecoder {
  write(chunk: Uint8Array): void;
  end(): void;
  pause(): void;
  resume(): void;
  destroy(): void;
}

/**
 * @returns undefined when the body is not encoded
 * @throws UnknownCoding for an unknown coding, and for more than one coding (no real upstream sends that)
 */
export function createContentDecoder(
  encoding: string | undefined,
  handler: ContentDecoderHandler,
): ContentDecoder | undefined {
  const codings = readCodings(encoding);
  const [coding] = codings;
  if (coding === undefined) return undefined;
  if (codings.length > 1 || !isKnownCoding(coding)) throw new UnknownCoding(codings.join(', '));
  return new LateDecoder(coding, handler);
}

/**
 * Decides with the first byte how to decode: proxies that have decompressed a body often keep the header
 * (`content-encoding: gzip` on plain JSON).
 */
class LateDecoder implements ContentDecoder {
  readonly #coding: string;
  readonly #handler: ContentDecoderHandler;
  /** Undefined before the first byte, and for a body that is not encoded. */
  #stream: Transform | undefined;
  #isPlain = false;
  #paused = false;

  constructor(coding: string, handler: ContentDecoderHandler) {
    this.#coding = coding;
    this.#handler = handler;
  }

  write(chunk: Uint8Array): void {
    const [first] = chunk;
    if (first === undefined) return;
    if (this.#stream === undefined && !this.#isPlain) this.#begin(first);
    if (this.#stream === undefined) this.#handler.onData(chunk);
    else this.#stream.write(chunk);
  }

  end(): void {
    if (this.#stream === undefined) this.#handler.onEnd();
    else this.#stream.end();
  }

  pause(): void {
    this.#paused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#stream?.resume();
  }

  destroy(): void {
    this.#stream?.destroy();
  }

  #begin(firstByte: number): void {
    this.#isPlain = isPlain(this.#coding, firstByte);
    const stream = this.#isPlain ? undefined : createDecompressor(this.#coding, firstByte);
    if (stream === undefined) return;
    this.#stream = stream;
    stream.on('data', (chunk: Uint8Array) => this.#handler.onData(chunk));
    stream.on('end', () => this.#handler.onEnd());
    stream.on('error', (error) => this.#handler.onError(error));
    if (this.#paused) stream.pause();
  }
}

/** The first byte of encoded data (RFC 1952, RFC 8878). The others have none by which they could be recognised. */
const firstBytes: Readonly<Record<string, number>> = { gzip: 0x1f, 'x-gzip': 0x1f, zstd: 0x28 };

function isPlain(coding: string, firstByte: number): boolean {
  const expected = firstBytes[coding];
  return expected !== undefined && firstByte !== expected;
}

export class UnknownCoding extends Error {
  override readonly name = 'UnknownCoding';
  readonly codings: string;

  constructor(codings: string) {
    super(`unknown content-encoding: ${codings}`);
    this.codings = codings;
  }
}
