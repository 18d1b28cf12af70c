import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { redactText } from '../lib/redact.ts';

/** A client that left before it got a status. */
const clientClosedRequest = 499;

/**
 * A line for each request that went wrong, when it is over, and at level `debug` for the others: what succeeds is in the
 * ledger, and a line for each would cost a tenth of the gateway's whole work. No query (it may hold what is private), no
 * body, no header.
 */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const status = statusOf(reply);
    const level = levelOf(status);
    if (logger.isLevelEnabled(level)) {
      logger[level](
        {
          requestId: request.id,
          method: request.method,
          // A client that is set up wrongly may have put its key there.
          path: redactText(request.url.split('?', 1)[0] ?? ''),
          status,
          ms: Math.round(reply.elapsedTime),
          ...(request.caller == null ? {} : { key: request.caller.name }),
        },
        'request',
      );
    }
    done();
  });
}

function statusOf(reply: FastifyReply): number {
  return reply.raw.headersSent ? reply.raw.statusCode : clientClosedRequest;
}

function levelOf(status: number): 'debug' | 'info' | 'warn' {
  if (status >= 500) return 'warn';
  return status >= 400 ? 'info' : 'debug';
}
