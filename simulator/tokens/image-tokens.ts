import type { Vendor } from '../answer/models.ts';

type Size = { readonly width: number; readonly height: number };

const unknownSize: Size = { width: 1000, height: 1000 };

/**
 * Tokens of an image in base64 by its size, as each vendor's documentation counts: Anthropic by area, OpenAI and Gemini
 * by tiles. Images whose size cannot be read count as 1000 by 1000.
 */
export function countImageTokens(base64: string, vendor: Vendor): number {
  const { width, height } = readSize(base64) ?? unknownSize;
  switch (vendor) {
    case 'anthropic':
      return Math.min(1600, Math.ceil((width * height) / 750));
    case 'openai':
      return 85 + 170 * Math.ceil(width / 512) * Math.ceil(height / 512);
    case 'google':
      return width <= 384 && height <= 384 ? 258 : 258 * Math.ceil(width / 768) * Math.ceil(height / 768);
  }
}

const headerCharacters = 64;

/** Width and height of a PNG or a GIF, from its first bytes. */
function readSize(base64: string): Size | null {
  const bytes = Buffer.from(base64.slice(0, headerCharacters), 'base64');
  if (bytes.length >= 24 && bytes.toString('latin1', 1, 4) === 'PNG') {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.length >= 10 && bytes.toString('latin1', 0, 3) === 'GIF') {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  return null;
}

const bytesPerPage = 30_000;
const tokensPerPage = 1500;

/** Tokens of a base64 PDF: a fixed number per page, with the number of pages estimated from its size. */
export function countDocumentTokens(base64: string): number {
  return tokensPerPage * Math.max(1, Math.ceil((base64.length * 3) / 4 / bytesPerPage));
}

/** The data of a `data:` URL; empty when it is another kind of address. */
export function dataOfUrl(url: string): string {
  const at = url.startsWith('data:') ? url.indexOf(',') : -1;
  return at === -1 ? '' : url.slice(at + 1);
}
