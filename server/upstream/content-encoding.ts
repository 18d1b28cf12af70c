import {
  type BrotliDecompress,
  createBrotliDecompress,
  createUnzip,
  createZstdDecompress,
  type Unzip,
  type ZstdDecompress,
} from 'node:zlib';

export interface ContentDecoderHandler {
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Undoes a response's content encoding. The gateway asks for none (`identity`); this is for upstreams that do not care. */
export interface ContentDecoder {
  write(chunk: Uint8Array): void;
  end(): void;
  pause(): void;
  resume(): void;
  destroy(): void;
}

/** @returns undefined when the body comes plain; unknown encodings are taken for plain too */
export function createContentDecoder(
  encoding: string | undefined,
  handler: ContentDecoderHandler,
): ContentDecoder | undefined {
  const stream = createStream(encoding?.trim().toLowerCase());
  if (stream === undefined) return undefined;
  stream.on('data', (chunk: Uint8Array) => handler.onData(chunk));
  stream.on('end', () => handler.onEnd());
  stream.on('error', (error) => handler.onError(error));
  return {
    write: (chunk) => void stream.write(chunk),
    end: () => void stream.end(),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    destroy: () => void stream.destroy(),
  };
}

function createStream(encoding: string | undefined): Unzip | BrotliDecompress | ZstdDecompress | undefined {
  // `Unzip` tells gzip and zlib's deflate apart by itself.
  if (encoding === 'gzip' || encoding === 'x-gzip' || encoding === 'deflate') return createUnzip();
  if (encoding === 'br') return createBrotliDecompress();
  if (encoding === 'zstd') return createZstdDecompress();
  return undefined;
}
