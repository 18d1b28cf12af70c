import type { Transform } from 'node:stream';
import { createBrotliDecompress, createInflateRaw, createUnzip, createZstdDecompress } from 'node:zlib';

/** The codings of HTTP content (RFC 9110, section 8.4.1) that can be undone here. */
export const knownCodings = ['gzip', 'deflate', 'br', 'zstd'] as const;

/** The codings that a `content-encoding` header names, in the order in which they were applied; `identity` is none. */
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
 * @param firstByte of what is to be decoded: some senders' `deflate` lacks the header that the standard asks for
 * @returns undefined for a coding that is not known
 */
export function createDecompressor(coding: string, firstByte?: number): Transform | undefined {
  switch (coding) {
    case 'deflate':
      // The method, 8, is in the header's low half (RFC 1950).
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
