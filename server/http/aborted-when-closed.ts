import type { FastifyReply } from 'fastify';

/**
 * Aborted as soon as the client's connection closes before the response is complete. (Fastify's `request.signal` aborts
 * when the request has been read to its end, too: it listens to the request's `close`.)
 */
export function abortedWhenClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const response = reply.raw;
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  if (response.destroyed) controller.abort();
  return controller.signal;
}
