import type { Transform } from 'node:stream';
import { createBrotliDecompress, createInflateRaw, createUnzip, createZstdDecompress } from 'node:zlib';

/** The HTTP content codings (RFC 9110, section 8.4.1) that can be decoded. */
export const knownCodings = ['gzip', 'deflate', 'br', 'zstd'] as const;

/**
 * Parses a `content-encoding` header. Returns the codings in the order in which they were applied, without `identity`.
 */
export function readCodings(header: string | readonly string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .join()
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/**
 * @param firstByte of the encoded data: some senders' `deflate` lacks the zlib header that the standard requires
 * @returns undefined for an unknown coding
 */
export function createDecompressor(coding: string, firstByte?: number): Transform | undefined {
  switch (coding) {
    case 'deflate':
      // The low half of the header's first byte is the compression method, 8 (RFC 1950).
      if (firstByte !== undefined && (firstByte & 0x0f) !== 8) return createInflateRaw();
      return createUnzip();
    case 'gzip':
    case 'x-gzip':
      return createUnzip();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}
