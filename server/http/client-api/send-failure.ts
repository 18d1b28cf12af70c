import type { FastifyReply } from 'fastify';
import type { Failure } from '../../conversation/failure.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { LimitFailure } from '../../keys/limit-failure.ts';

/** Sends a failure in the dialect's format, if nothing has been sent yet. */
export function sendFailure(reply: FastifyReply, dialect: Dialect, failure: Failure): FastifyReply {
  if (failure.kind === 'internal') {
    reply.log.error({ requestId: reply.request.id, err: failure.cause ?? failure }, 'request failed');
  }
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return reply;
  }
  const context = { requestId: reply.request.id };
  if (failure instanceof LimitFailure) reply.headers(dialect.encodeLimits(failure.limits));
  const encoded = dialect.encodeFailure(failure, context);
  return reply
    .code(encoded.status)
    .headers({ ...dialect.encodeRequestId?.(context), ...encoded.headers })
    .type('application/json; charset=utf-8')
    .send(encoded.body);
}
