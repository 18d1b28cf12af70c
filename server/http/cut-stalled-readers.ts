import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Disconnects a client that reads nothing of its response for one to two connection timeouts of the server. Answers of
 * models have a timer of their own, which is exact; this one is for all other responses, such as the console's files. A
 * response that is still awaited may take as long as it needs.
 */
export function cutStalledReaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.raw.on('timeout', cutIfBehind);
    done();
  });
}

function cutIfBehind(this: ServerResponse, socket: Socket): void {
  if (socket.writableLength > 0) socket.destroy();
}
