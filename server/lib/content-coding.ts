import type { Transform } from 'node:stream';
import { createBrotliDecompress, createInflateRaw, createUnzip, createZstdDecompress } from 'node:zlib';

/** The HTTP content codings (RFC 9110, section 8.4.1) that can be decoded. */
export const knownCodings = ['gzip', 'deflate', 'br', 'zstd'] as const;

/**
 * Parses a `content-encoding` header. Returns the codings in the order in which they were applied, without `identity`.
 */
export function readCodings(header: string | readonly string[] | undefined): string[] {
  if (header === undefined) return [];
  return [header]
    .flat()
    .join()
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/** By coding, also in its other spelling. */
const decompressors: ReadonlyMap<string, (firstByte?: number) => Transform> = new Map([
  ['gzip', () => createUnzip()],
  ['x-gzip', () => createUnzip()],
  ['deflate', createInflate],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

export function isKnownCoding(coding: string): boolean {
  return decompressors.has(coding);
}

/**
 * @param firstByte of the encoded data: some senders' `deflate` lacks the zlib header that the standard requires
 * @returns undefined for an unknown coding
 */
export function createDecompressor(coding: string, firstByte?: number): Transform | undefined {
  return decompressors.get(coding)?.(firstByte);
}

function createInflate(firstByte?: number): Transform {
  // The low half of the header's first byte is the compression method, 8 (RFC 1950).
  const isRaw = firstByte !== undefined && (firstByte & 0x0f) !== 8;
  return isRaw ? createInflateRaw() : createUnzip();
}
