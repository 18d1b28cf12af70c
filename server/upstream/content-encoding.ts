import { createDecompressor, readCodings } from '../lib/content-coding.ts';

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
  const stream = codings.length === 1 ? createDecompressor(coding) : undefined;
  if (stream === undefined) throw new UnknownCoding(codings.join(', '));
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

export class UnknownCoding extends Error {
  override readonly name = 'UnknownCoding';
  readonly codings: string;

  constructor(codings: string) {
    super(`unknown content-encoding: ${codings}`);
    this.codings = codings;
  }
}
