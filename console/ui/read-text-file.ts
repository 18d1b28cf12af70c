/** Encodings of text files that are not UTF-8: Excel writes CSV in that of the Chinese Windows. */
const otherEncoding = 'gb18030';

/** Reads a text file in UTF-8, in UTF-16 with a byte order mark, or in GBK. */
export async function readTextFile(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(otherEncoding).decode(bytes);
  }
}
