import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { estimateInputTokens, estimateMissingTokens } from '../../conversation/estimate-input.ts';
import { Failure } from '../../conversation/failure.ts';
import type { RequestBody } from '../../exchange/request-source.ts';
import { AbridgedBody, WholeTextNeeded } from '../../lib/abridged-body.ts';

/**
 * Maximum length of what is parsed, without the runs that are set aside: twice the text of a million tokens. Escapes make
 * parsing slow; this much of them takes less than 50 ms. Bytes.
 */
export const mostParsed = 8_388_608;

/** Length from which on each step of the work on a body has a turn of the event loop of its own. Bytes. */
const largeBody = 1_048_576;

const emptyBody = Buffer.alloc(0);

/** The body of a client's request; empty when there is none. */
export function receivedBody(request: FastifyRequest): AbridgedBody {
  return request.body instanceof AbridgedBody ? request.body : new AbridgedBody(emptyBody, []);
}

/** Decodes a body, all of it where the abridged one does not do. @throws Failure as `decode` does */
export function decodeAbridged<T>(body: AbridgedBody, decode: (bytes: Buffer) => T): T {
  try {
    return decode(body.bytes);
  } catch (error) {
    if (!(error instanceof WholeTextNeeded)) throw error;
    body.restore();
    return decode(body.bytes);
  }
}

/** True for a body of which each step takes its time. */
export function isLarge({ bytes, missing }: AbridgedBody): boolean {
  return bytes.length > largeBody || missing.length > 0;
}

/** A rough estimate of its tokens. */
export function guessTokens({ bytes, missing }: AbridgedBody): number {
  return estimateInputTokens(bytes) + estimateMissingTokens(missing);
}

export function toRequestBody(body: AbridgedBody): RequestBody {
  return {
    isLarge: isLarge(body),
    complete: (pieces) => body.complete(pieces),
    restore: () => body.restore(),
  };
}

/** @throws Failure when there is more to parse than there may be */
export function requireParseable({ bytes }: AbridgedBody): void {
  if (bytes.length <= mostParsed) return;
  throw new Failure(
    'invalid-request',
    `The request holds more than ${mostParsed / 1_048_576} MB of text beside files: more than any model reads.`,
    { reason: 'request-too-large', fault: 'request' },
  );
}

/** Gives others a turn of the event loop between two steps of the work on a large body. */
export function betweenTurns({ length }: { readonly length: number }): Promise<void> | undefined {
  return length > largeBody ? nextTurn() : undefined;
}

/** Enough for the characters that content logging keeps. */
const longestBeginning = 524_288;

/** The text that a body begins with. */
export function beginningOf(body: AbridgedBody): string {
  const pieces = body.complete([body.bytes]);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return Buffer.concat(pieces, Math.min(length, longestBeginning)).toString('utf8');
}
