import type { FastifyInstance } from 'fastify';

/** Bodies arrive as bytes, whatever a client says they are: curl without `-H` says form data. */
export function takeAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  // Fastify itself refuses a type that is not written as one.
  scope.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
    done();
  });
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
