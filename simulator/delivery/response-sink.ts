import type { ServerResponse } from 'node:http';
import { createBrotliCompress, createGzip, constants as zlibConstants } from 'node:zlib';
import type { Behaviour } from '../behaviour.ts';

/**
 * The body of one response. Each `write` has reached the socket's buffer, and the buffer has room, when it resolves.
 */
export type ResponseSink = {
  write(data: string | Uint8Array): Promise<void>;
  end(): void;
};

/** The content coding to answer with: what the behaviour asks for, if the client accepts it. */
export function chooseCompression(behaviour: Behaviour, acceptEncoding: string): 'gzip' | 'br' | 'none' {
  const wanted = behaviour.compression;
  return wanted !== 'none' && new RegExp(`\\b${wanted}\\b`).test(acceptEncoding) ? wanted : 'none';
}

/** Opens the body, plain or compressed; a compressed one is flushed after each write and ignores `write-size`. */
export function openResponseSink(
  response: ServerResponse,
  writeSize: number,
  compression: 'gzip' | 'br' | 'none',
  signal: AbortSignal,
): ResponseSink {
  if (compression !== 'none') return openCompressedSink(response, compression, signal);
  return {
    write: (data) =>
      writeSize === 0 ? writeWhole(response, data, signal) : writePieces(response, data, writeSize, signal),
    end: () => response.end(),
  };
}

function writeWhole(response: ServerResponse, data: string | Uint8Array, signal: AbortSignal): Promise<void> {
  if (data.length === 0 || signal.aborted || response.write(data)) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      response.off('drain', finish);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    response.once('drain', finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}

/** Writes pieces of `size` bytes in separate turns of the event loop, so that characters are split anywhere. */
async function writePieces(
  response: ServerResponse,
  data: string | Uint8Array,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length && !signal.aborted; at += size) {
    await writeWhole(response, bytes.subarray(at, at + size), signal);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function openCompressedSink(response: ServerResponse, compression: 'gzip' | 'br', signal: AbortSignal): ResponseSink {
  const compressor = compression === 'gzip' ? createGzip() : createBrotliCompress();
  const flush = compression === 'gzip' ? zlibConstants.Z_SYNC_FLUSH : zlibConstants.BROTLI_OPERATION_FLUSH;
  compressor.pipe(response);
  signal.addEventListener('abort', () => compressor.destroy(), { once: true });
  return {
    write: (data) => {
      if (data.length === 0 || compressor.destroyed) return Promise.resolve();
      compressor.write(data);
      return new Promise((resolve) => {
        compressor.once('close', resolve);
        compressor.flush(flush, () => {
          compressor.off('close', resolve);
          resolve();
        });
      });
    },
    end: () => compressor.end(),
  };
}
