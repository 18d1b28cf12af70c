import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { redactText } from '../lib/redact.ts';

/** nginx's status for a client that disconnected before it got a response. */
const clientClosedRequest = 499;

/**
 * Logs each failed request when it is complete, and the others at level `debug`: successful requests are in the ledger,
 * and a log line for each would add a tenth to the gateway's total work. Query (may be private), body and headers are
 * never logged.
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
          // A misconfigured client may put its key into the path.
          path: redactText(request.url.split('?', 1)[0] ?? ''),
          status,
          ms: Math.round(reply.elapsedTime),
          ...(request.caller != null && { key: request.caller.name }),
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
