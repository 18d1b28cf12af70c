import type { FastifyReply } from 'fastify';
import { Canceller } from '../lib/cancellation.ts';

/**
 * A signal that aborts when the client's connection closes before the response is complete. Fastify's `request.signal`
 * also aborts after the request has been read completely, because it listens to the request's `close` event.
 */
export function abortedWhenClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  whenClosedEarly(reply, () => controller.abort());
  return controller.signal;
}

/** Same as `abortedWhenClosed`, with the cheaper `Canceller` for the request hot path. */
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
