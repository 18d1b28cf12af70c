import type { FastifyReply } from 'fastify';
import { Canceller } from '../lib/cancellation.ts';

/**
 * Aborted as soon as the client's connection closes before the response is complete. (Fastify's `request.signal` aborts
 * when the request has been read to its end, too: it listens to the request's `close`.)
 */
export function abortedWhenClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  whenClosedEarly(reply, () => controller.abort());
  return controller.signal;
}

/** The same for where each microsecond counts. */
export function cancelledWhenClosed(reply: FastifyReply): Canceller {
  const canceller = new Canceller();
  whenClosedEarly(reply, () => canceller.abort());
  return canceller;
}

function whenClosedEarly(reply: FastifyReply, abort: () => void): void {
  const response = reply.raw;
  if (response.destroyed) abort();
  else {
    response.on('close', () => {
      if (!response.writableFinished) abort();
    });
  }
}
