import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Leaves it to the routes to accept a body that a client announces with `Expect: 100-continue`. Node would tell the client
 * to send it before anyone has looked at its key. If a route rejects the request first, Node closes the connection.
 */
export function deferContinue(app: FastifyInstance): void {
  app.server.on('checkContinue', (request, response) => app.server.emit('request', request, response));
}

/** Tells a client that waits for it to send its body. */
export function sendContinue(request: FastifyRequest, reply: FastifyReply): void {
  // Node has rejected all other expectations.
  if (request.headers.expect !== undefined) reply.raw.writeContinue();
}
