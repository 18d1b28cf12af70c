import type { FastifyRequest } from 'fastify';
import { Failure, toFailure } from '../../conversation/failure.ts';
import { dialects } from '../../dialects/index.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { groupEndpoints } from './endpoint-table.ts';

/** Converts an error that Fastify found before a handler ran. */
export function toRequestFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, statusCode } = readErrorFields(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) {
    return bodyTooLarge(error);
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Failure('invalid-request', 'The request could not be read: it is malformed or incomplete.', {
      fault: 'request',
      cause: error,
    });
  }
  return toFailure(error);
}

export function bodyTooLarge(cause?: unknown): Failure {
  return new Failure('invalid-request', 'The request body is larger than this gateway accepts (MAX_BODY_BYTES).', {
    reason: 'request-too-large',
    fault: 'request',
    cause,
  });
}

/** Like `POST /v1/chat/completions, GET /v1/models, GET /v1/models/*`. */
const served = groupEndpoints(dialects)
  .map(({ method, path }) => `${method} ${path}`)
  .join(', ');

export function unknownRoute(request: FastifyRequest): Failure {
  const path = request.url.split('?', 1)[0] ?? '';
  return new Failure('not-found', `Unknown request URL: ${request.method} ${path}. This gateway serves ${served}.`, {
    reason: 'unknown-route',
    fault: 'request',
  });
}

/** @param allowed the methods that the route supports */
export function methodNotAllowed(request: FastifyRequest, allowed: string): Failure {
  const path = request.url.split('?', 1)[0] ?? '';
  return new Failure('invalid-request', `${request.method} is not allowed on ${path}. Use ${allowed}.`, {
    reason: 'method-not-allowed',
    fault: 'request',
  });
}

function readErrorFields(error: unknown): { code?: unknown; statusCode?: number } {
  if (typeof error !== 'object' || error === null) return {};
  const code = 'code' in error ? error.code : undefined;
  const statusCode = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  return { code, ...withoutUndefined({ statusCode }) };
}
