import type { MissingRun } from '../lib/abridged-body.ts';
import { readBase64ImageFormat } from '../lib/image-format.ts';

/** Estimated tokens of a file in a body, whatever its length: about those of an image. */
export const fileTokens = 1_000;
/** A rough average. */
const bytesPerToken = 4;
const fileMark = ';base64,';
const quote = 0x22;

/**
 * Quickly estimates the input tokens of a request body. The estimate is reserved until the real count is known. A file
 * in the body (a data URL) counts as `fileTokens`, since its length says little about its tokens.
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

const otherFile = /^(?:data:|JVBERi0)/;
/** Matches how `measure-input` estimates the pages of a document: 1500 tokens per 30 kB, or 40 kB as base64. */
const base64BytesPerToken = 26;

/**
 * Estimates the tokens of runs of text that were cut out of an abridged body. What is left of them in the body is
 * counted by `estimateInputTokens`.
 */
export function estimateMissingTokens(runs: readonly MissingRun[]): number {
  return runs.reduce((sum, { head, length }) => sum + Math.ceil(length * tokensPerByte(head)), 0);
}

function tokensPerByte(head: string): number {
  if (head.startsWith('data:image') || readBase64ImageFormat(head) !== undefined) return 0;
  return 1 / (otherFile.test(head) ? base64BytesPerToken : bytesPerToken);
}
