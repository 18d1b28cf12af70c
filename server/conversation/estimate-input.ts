import type { MissingRun } from '../lib/abridged-body.ts';

/** What a file in a body counts for, whatever its length: about an image. */
export const fileTokens = 1_000;
/** A rough estimate, used until the true count is known. */
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

const image = /^(?:data:image|iVBORw0KGgo|\/9j\/|R0lGOD|UklGR)/;
const otherFile = /^(?:data:|JVBERi0)/;
/** As `measure-input` estimates the pages of a document by its length. */
const base64BytesPerToken = 26;

/** What runs of text that were set aside cost about; what is left of them is counted with the rest. */
export function estimateMissingTokens(runs: readonly MissingRun[]): number {
  return runs.reduce((sum, { head, length }) => sum + Math.ceil(length * tokensPerByte(head)), 0);
}

function tokensPerByte(head: string): number {
  if (image.test(head)) return 0;
  return 1 / (otherFile.test(head) ? base64BytesPerToken : bytesPerToken);
}
