import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { estimateInputTokens, estimateMissingTokens } from '../../conversation/estimate-input.ts';
import { Failure } from '../../conversation/failure.ts';
import type { RequestBody } from '../../exchange/request-source.ts';
import { AbridgedBody, WholeTextNeeded } from '../../lib/abridged-body.ts';
import { type JsonBody, toJsonBody } from '../../lib/json-body.ts';

/**
 * Maximum number of bytes to parse, not counting the long texts that were set aside. This is twice the text of a
 * million tokens. Escapes make parsing slow; this many bytes of them take less than 50 ms.
 */
export const maxParsedBytes = 8_388_608;

/** The tokens of bodies larger than this are guessed instead of counted. Bytes. */
const largeBody = 1_048_576;

/** Bodies up to this length stay in memory until the answer ends, so that their tokens can still be counted. Bytes. */
export const smallBody = 16_384;

/** Bodies up to this length are processed in one turn of the event loop. Longer ones may have thousands of messages. Bytes. */
const bodyOfOneStep = 131_072;

const emptyBody = toJsonBody('');

/** The body of a client's request; empty if there is none. */
export function receivedBody(request: FastifyRequest): AbridgedBody {
  return request.body instanceof AbridgedBody ? request.body : new AbridgedBody(emptyBody, []);
}

/**
 * Decodes an abridged body, or the complete one if the abridged one cannot be decoded. @throws Failure as `decode` does
 */
export function decodeAbridged<T>(body: AbridgedBody, decode: (body: JsonBody) => T): T {
  try {
    return decode(body.json);
  } catch (error) {
    if (!(error instanceof WholeTextNeeded)) throw error;
    body.restore();
    return decode(body.json);
  }
}

/** Whether the processing of this body takes long. */
export function isLarge({ bytes, missing }: AbridgedBody): boolean {
  return bytes.length > largeBody || missing.length > 0;
}

/** A rough estimate of the body's tokens. */
export function guessTokens({ bytes, missing }: AbridgedBody): number {
  return estimateInputTokens(bytes) + estimateMissingTokens(missing);
}

/** @param release frees the body, if possible */
export function toRequestBody(body: AbridgedBody, release: () => void): RequestBody {
  return {
    isLarge: isLarge(body),
    isReleased: () => body.isReleased,
    release,
    complete: (pieces) => body.complete(pieces),
    restore: () => body.restore(),
  };
}

/** @throws Failure if there is too much to parse */
export function requireParseable({ bytes }: AbridgedBody): void {
  if (bytes.length <= maxParsedBytes) return;
  throw new Failure(
    'invalid-request',
    `The request contains more than ${maxParsedBytes / 1_048_576} MB of text, not counting files. No model accepts that much.`,
    { reason: 'request-too-large', fault: 'request' },
  );
}

/** Yields to the event loop between two steps of processing a body, unless it is short. */
export function yieldIfLarge({ length }: { readonly length: number }): Promise<void> | undefined {
  return length > bodyOfOneStep ? nextTurn() : undefined;
}

/** Bytes. Enough for the characters that content logging stores. */
const maxPrefixBytes = 524_288;

/** The beginning of a body as text. */
export function bodyPrefix(body: AbridgedBody): string {
  const pieces = body.complete([body.bytes]);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return Buffer.concat(pieces, Math.min(length, maxPrefixBytes)).toString('utf8');
}
