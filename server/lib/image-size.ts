import { Buffer } from 'node:buffer';
import { type ImageFormat, readImageFormat } from './image-format.ts';

export interface ImageSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Maximum number of base64 characters to read. Photos may contain a preview before the size. */
const maxHeadLength = 128 * 1024;

/**
 * Reads the size of a PNG, GIF, WebP or JPEG image from its first bytes.
 *
 * @returns undefined for other formats, and if those bytes do not contain the size
 */
export function readImageSize(base64: string): ImageSize | undefined {
  const bytes = Buffer.from(base64.slice(0, maxHeadLength), 'base64');
  const format = readImageFormat(bytes);
  return format === undefined ? undefined : sizeReaders[format](bytes);
}

type SizeReader = (bytes: Buffer) => ImageSize | undefined;
const sizeReaders: Readonly<Record<ImageFormat, SizeReader>> = {
  png: readPng,
  gif: readGif,
  webp: readWebp,
  jpeg: readJpeg,
};

/** https://www.w3.org/TR/png-3/#11IHDR */
function readPng(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 24) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
function readGif(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 10) return undefined;
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 30) return undefined;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** The size is in the first frame header, after any number of other segments (ITU-T T.81, annex B). */
function readJpeg(bytes: Buffer): ImageSize | undefined {
  let position = 2;
  while (position + 9 <= bytes.length) {
    if (bytes[position] !== 0xff) return undefined;
    const marker = bytes[position + 1] ?? 0;
    if (isFrameHeader(marker)) {
      return { height: bytes.readUInt16BE(position + 5), width: bytes.readUInt16BE(position + 7) };
    }
    position += 2 + bytes.readUInt16BE(position + 2);
  }
  return undefined;
}

function isFrameHeader(marker: number): boolean {
  const isTable = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
  return marker >= 0xc0 && marker <= 0xcf && !isTable;
}
