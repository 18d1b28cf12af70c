/** What a file in a body counts for, whatever its length: about an image. */
export const fileTokens = 1_000;
/** A rough count, for before the true one is known. */
const bytesPerToken = 4;
const fileMark = ';base64,';
const quote = 0x22;

/**
 * What a request's body will cost about, at a glance: reserved until the true count is known. A file in it (a data URL)
 * counts as an image, for its length says nothing of its tokens.
 */
export function estimateInputTokens(body: Uint8Array): number {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let textLength = bytes.length;
  let files = 0;
  let start = bytes.indexOf(fileMark);
  while (start >= 0) {
    const end = bytes.indexOf(quote, start);
    if (end < 0) break;
    textLength -= end - start;
    files += 1;
    start = bytes.indexOf(fileMark, end);
  }
  return Math.ceil(textLength / bytesPerToken) + files * fileTokens;
}
